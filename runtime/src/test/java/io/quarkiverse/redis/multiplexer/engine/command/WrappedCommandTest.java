package io.quarkiverse.redis.multiplexer.engine.command;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

class WrappedCommandTest {

    private final Promise<Response> promise = Promise.promise();
    private final SingleCommand own = new SingleCommand(Request.cmd(Command.GET).arg("key"), promise, CommandReport.NONE);

    private List<WrappedCommand> wrappings() {
        return List.of(new AskingCommand(own), Detour.of(report -> own, CommandReport.NONE, run -> {
        }));
    }

    @Test
    void itIsAboutWhatTheCallersCommandIsAbout() {
        for (WrappedCommand wrapped : wrappings()) {
            assertEquals(own.name(), wrapped.name());
            assertEquals(own.slot(ServerCommands.UNASKED), wrapped.slot(ServerCommands.UNASKED));
            assertEquals(own.isReadOnly(), wrapped.isReadOnly());
            assertFalse(wrapped.isOwnQuestion());
        }
    }

    @Test
    void theCallersFailsWithIt() throws Exception {
        Throwable cause = new IllegalStateException("gone");
        wrappings().forEach(wrapped -> wrapped.fail(cause));
        assertSame(cause, awaitFailure(promise.future()));
    }
}
