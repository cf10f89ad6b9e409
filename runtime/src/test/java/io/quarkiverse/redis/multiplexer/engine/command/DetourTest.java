package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link Detour}: the lane hears of the end, whatever others do with it. How it takes its turn is in the tests of a lane. */
class DetourTest implements CommandReport {

    private final Promise<Response> promise = Promise.promise();
    private final List<PendingCommand> run = new ArrayList<>();
    private final Error none = new OutOfMemoryError("by hand");
    private final Detour detour = Detour.of(
            report -> new SingleCommand(Commands.request("EVAL s 0"), promise, report), this, run::add);
    private int ends;

    @Override
    public void succeeded(Object reply) {
        throw none;
    }

    @Override
    public void failed(Throwable cause) {
        throw none;
    }

    @Test
    void theLaneGoesOnAfterASuccessThatCannotBeReported() {
        detour.beginElsewhere(() -> ends++);
        assertEquals(0, ends);
        assertSame(none, assertThrows(Error.class, () -> run.get(0).onReply(SimpleStringType.OK)));
        assertEquals(1, ends);
    }

    @Test
    void theLaneGoesOnAfterAFailureThatCannotBeReported() {
        detour.beginElsewhere(() -> ends++);
        run.get(0).fail(new IllegalStateException("the reason"));
        assertEquals(1, ends);
    }
}
