package io.quarkiverse.redis.multiplexer.engine.command;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.SimpleStringType;

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
    void theCallersFailsIfItsReplyCannotBeDealtWith() {
        FakeCommand fake = new FakeCommand(1);
        AskingCommand asking = new AskingCommand(fake);
        Response reply = SimpleStringType.create("OK");
        asking.onReply(reply);
        assertThrows(UnsupportedOperationException.class, () -> asking.onReply(reply));
        assertEquals(1, fake.taken.get());
    }

    @Test
    void theCallersFailsWithIt() throws Exception {
        Throwable cause = new IllegalStateException("gone");
        wrappings().forEach(wrapped -> wrapped.fail(cause));
        assertSame(cause, awaitFailure(promise.future()));
    }
}
