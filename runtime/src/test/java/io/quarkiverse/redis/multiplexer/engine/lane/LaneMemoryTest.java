package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Detour;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;

/** {@link Lane} where there is no memory: what it has taken completes all the same. */
class LaneMemoryTest extends LaneByHand {

    @Test
    void whatIsOverdueFailsIfThereIsNoMemoryToTellWhatItWaitsFor() throws Exception {
        HandSocket server = connect();
        Error none = new OutOfMemoryError("by hand");
        FakeCommand endless = new FakeCommand(1);
        endless.mayTakeForEver();
        endless.unnamed = Optional.of(none);
        Promise<Response> promise = Promise.promise();
        // It waits until the other one has been answered, and what comes behind it waits, too.
        Detour detour = Detour.of(Commands.requests("EVAL x 0"),
                report -> new SingleCommand(Commands.request("EVAL x 0"), promise, report), CommandReport.NONE,
                (alone, its) -> {
                });
        bench.run(() -> {
            lane.submit(endless);
            lane.submit(detour);
        });
        Sent behind = send("INCR a").get(0);
        assertEquals(List.of(), taken(server));
        bench.run(() -> lane.onTick(System.nanoTime() + TimeUnit.HOURS.toNanos(1)));
        assertSame(none, promise.future().cause());
        assertSame(none, behind.failure());
    }
}
