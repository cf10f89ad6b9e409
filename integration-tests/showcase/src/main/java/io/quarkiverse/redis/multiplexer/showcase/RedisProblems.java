package io.quarkiverse.redis.multiplexer.showcase;

import java.util.concurrent.CompletionException;

import jakarta.ws.rs.core.Response;

import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.UnwrapException;

import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.vertx.core.http.ConnectionPoolTooBusyException;

/** Passes on what the client says about a command that has failed, for instance whether the server may have executed it. */
@UnwrapException(CompletionException.class)
public class RedisProblems {

    @ServerExceptionMapper({ ConnectionPoolTooBusyException.class, CommandTimeoutException.class,
            ConnectionLostException.class })
    public Response unavailable(Exception failure) {
        return Problem.of(Response.Status.SERVICE_UNAVAILABLE, failure.getMessage()).getResponse();
    }
}
