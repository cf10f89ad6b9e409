package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

class DispatchStepTest {

    private final HandConnection connection = new HandConnection();
    private final Promise<Response> promise = Promise.promise();

    private DispatchStep ofCommand() {
        List<Request> requests = List.of(Request.cmd(Command.PING));
        return DispatchStep.of(new SingleCommand(requests.get(0), promise, CommandReport.NONE), CommandTraits.of(requests),
                Patience.with(requests, new MultiplexerOptions(), System.nanoTime()));
    }

    @Test
    void aCommandIsSubmitted() {
        ofCommand().passTo(connection);
        assertEquals(List.of("ping"), connection.asked);
    }

    @Test
    void aCommandFailsWithTheConnection() throws Exception {
        Throwable cause = new IllegalStateException("gone");
        ofCommand().fail(cause);
        assertSame(cause, awaitFailure(promise.future()));
    }

    @Test
    void theLastOneGivesTheConnectionBack() {
        DispatchStep step = DispatchStep.release();
        step.passTo(connection);
        step.fail(new IllegalStateException("gone"));
        assertEquals(List.of("release"), connection.asked);
    }

    @Test
    void aFailureIsTold() {
        DispatchStep step = DispatchStep.of(new IllegalStateException("odd"));
        step.passTo(connection);
        step.fail(new IllegalStateException("gone"));
        assertEquals(List.of("failed: odd"), connection.asked);
    }
}
