package io.quarkiverse.redis.multiplexer.deployment;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response.Status;

import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.quarkiverse.redis.multiplexer.ReplyRefusedException;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusDevModeTest;

/** The mapper of the page about catching failures tells clients of an application whether they may try again. */
class FailuresInRestTest {

    private static final String TOO_DEEP = "local t={1} for i=1,40 do t={t} end redis.call('incr','n') return t";
    private static final RedisServer SERVER = RedisServer.start();

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest()
            .withApplicationRoot(root -> root.addClasses(Counter.class, Mapper.class).addAsResource(new StringAsset("""
                    quarkus.redis.hosts=%s
                    quarkus.redis-multiplexer.lanes=1
                    quarkus.redis-multiplexer.command-timeout=1s
                    """.formatted(SERVER.url())), "application.properties"));

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void clientsLearnWhetherTheyMayTryAgain() {
        await().atMost(Duration.ofMinutes(1)).until(() -> status("/count") == Status.OK);
        assertEquals(Status.GATEWAY_TIMEOUT, status("/refused-reply"));
        assertEquals(Status.INTERNAL_SERVER_ERROR, status("/error"));
        SERVER.freeze();
        assertEquals(Status.GATEWAY_TIMEOUT, status("/count"));
        SERVER.kill();
        assertEquals(Status.SERVICE_UNAVAILABLE, status("/count"));
    }

    private static Status status(String path) {
        return Status.fromStatusCode(given().get(path).statusCode());
    }

    /** As on the page. */
    public static class Mapper {

        @ServerExceptionMapper({ CommandTimeoutException.class, ConnectionLostException.class, BacklogFullException.class,
                ReplyRefusedException.class, PartialWriteException.class, CompletionException.class })
        RestResponse<String> unavailable(Throwable thrown) {
            return commandFailure(thrown)
                    .map(failure -> ResponseBuilder.create(failure.sent() ? Status.GATEWAY_TIMEOUT : Status.SERVICE_UNAVAILABLE,
                            failure.sent() ? "It may have been done" : "It has not been done: try again").build())
                    .orElseGet(() -> ResponseBuilder.<String> create(Status.INTERNAL_SERVER_ERROR).build());
        }

        static Optional<CommandFailure> commandFailure(Throwable thrown) {
            Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
            return failure instanceof CommandFailure command ? Optional.of(command) : Optional.empty();
        }
    }

    @Path("/")
    public static class Counter {

        @Inject
        RedisDataSource redis;

        @GET
        @Path("count")
        public long count() {
            return redis.value(Long.class).incr("n");
        }

        @GET
        @Path("refused-reply")
        public void refusedReply() {
            redis.execute("EVAL", TOO_DEEP, "0");
        }

        @GET
        @Path("error")
        public long error() {
            return redis.list(String.class).lpush("n", "x");
        }
    }
}
