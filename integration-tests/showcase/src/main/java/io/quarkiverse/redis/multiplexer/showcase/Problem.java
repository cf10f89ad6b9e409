package io.quarkiverse.redis.multiplexer.showcase;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Answers that tell in words why there is no other. */
final class Problem {

    private Problem() {
    }

    static WebApplicationException badRequest(String message) {
        return of(Response.Status.BAD_REQUEST, message);
    }

    static WebApplicationException of(Response.Status status, String message) {
        return new WebApplicationException(message,
                Response.status(status).type(MediaType.TEXT_PLAIN_TYPE).entity(message).build());
    }
}
