package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link LateSelection}; the handshake that begins one, and what comes of it, is in {@link HandshakeByHandTest}. */
class LateSelectionTest extends NodeConnectionBench {

    @Test
    void untilItIsDoneTheConnectionIsNotWritable() {
        assertTrue(connection.isWritable());
        assertEquals(Optional.empty(), connection.selection().refusal());
        ErrorType busy = ErrorType.create("BUSY a script is running");
        connection.selection().begin(Request.cmd(Command.SELECT).arg(7), busy);
        assertEquals(Optional.of(busy), connection.selection().refusal());
        assertFalse(connection.isWritable());
        assertTrue(connection.isOpen());
    }

    @Test
    void whatCannotBeAskedAgainEndsTheConnection() {
        // There is no memory for a request, so to speak.
        connection.selection().begin(null, ErrorType.create("BUSY a script is running"));
        awaitUntil(() -> VertxAccess.eventLoop(connection.context()).submit(() -> !connection.isOpen()).get());
    }

    @Test
    void onlyAScriptKeepsAServerBusy() {
        assertTrue(LateSelection.isBusy(ErrorType.create("BUSY a script is running")));
        assertFalse(LateSelection.isBusy(ErrorType.create("LOADING not yet")));
        assertFalse(LateSelection.isBusy(ErrorType.create("ERR DB index is out of range")));
    }
}
