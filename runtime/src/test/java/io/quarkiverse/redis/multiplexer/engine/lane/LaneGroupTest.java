package io.quarkiverse.redis.multiplexer.engine.lane;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** Which caller gets which lane, and the end of all of them. */
class LaneGroupTest {

    private static final int LOOPS = 3;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    private final LoopBench bench = new LoopBench(new MultiplexerOptions());

    @AfterEach
    void stop() throws Exception {
        bench.close();
        await(vertx.close());
    }

    private LaneGroup group(LoopBench on, Vertx of) {
        return new LaneGroup(of, on.connector, on.settings, on.failures, new OutageLog("test"),
                new LoopHomes(on.settings.multiplexer().getLanes()),
                PendingBytes.atMost(1_000_000), error -> {
                });
    }

    @Test
    void eachEventLoopHasALaneWhenItNeedsOne() {
        LaneGroup group = group(bench, vertx);
        assertEquals(0, group.status().size());
        for (int round = 0; round < 2; round++) {
            for (int loop = 0; loop < LOOPS; loop++) {
                group.submit(context(loop), LoopBench.command("GET a").command());
            }
        }
        assertEquals(LOOPS, group.status().size());
    }

    @Test
    void fewerLanesAreSharedInTurn() throws Exception {
        LoopBench few = new LoopBench(new MultiplexerOptions().setLanes(2));
        LaneGroup group = group(few, vertx);
        for (int loop = 0; loop < LOOPS; loop++) {
            group.submit(context(loop), LoopBench.command("GET a").command());
        }
        awaitUntil(() -> group.status().stream().mapToInt(lane -> lane.pending()).sum() == LOOPS);
        assertEquals(2, group.status().size());
        few.close();
    }

    @Test
    void allAreConnectedAndRenewedTogether() throws Exception {
        LaneGroup group = group(bench, bench.vertx);
        group.submit(bench.context, LoopBench.command("GET a").command());
        HandSocket server = bench.connect(1);
        bench.onLoop(() -> null);
        bench.say(server, "$-1;");
        group.renew(new ConnectException("to another server"));
        bench.run(server::runPendingTasks);
        awaitUntil(() -> !server.isOpen());
        bench.connect(2);
        await(group.whenReady(bench.context));
    }

    @Test
    void afterTheEndCommandsFailAndThereAreNoNewLanes() throws Exception {
        LaneGroup group = group(bench, vertx);
        await(group.close(Duration.ZERO));
        Sent late = LoopBench.command("GET a");
        group.submit(context(0), late.command());
        awaitUntil(late::isComplete);
        assertInstanceOf(ConnectionLostException.class, late.failure());
        assertInstanceOf(ConnectionLostException.class, awaitFailure(group.whenReady(context(0))));
        group.connectAll();
        assertTrue(group.status().isEmpty());
    }

    private Context context(int loop) {
        return VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(loop));
    }
}
