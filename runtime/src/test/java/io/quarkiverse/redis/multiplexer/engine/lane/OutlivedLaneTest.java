package io.quarkiverse.redis.multiplexer.engine.lane;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;
import io.vertx.core.Future;

/** {@link Lane}: what its side track gives back while it ends, and after its end. */
class OutlivedLaneTest extends LaneByHand {

    private HandSocket server;
    private HandSocket beside;
    private Sent read;

    @Test
    void aReadThatIsRefusedBesideALaneThatHasEndedFails() throws Exception {
        readBeside();
        Future<Void> end = lane.close(Duration.ofHours(1));
        bench.run(server::close);
        assertFalse(read.isComplete());
        bench.say(beside, "-BUSY a script is running;");
        assertFalse(assertInstanceOf(ConnectionLostException.class, read.failure()).sent());
        await(end);
    }

    @Test
    void aReadThatIsRefusedBesideALaneThatEndsIsSentAgain() throws Exception {
        readBeside();
        Future<Void> end = lane.close(Duration.ofHours(1));
        bench.say(beside, "-BUSY a script is running;");
        assertEquals(List.of("GET big"), taken(server));
        bench.say(server, "$3;big;");
        assertEquals("big", read.reply());
        await(end);
    }

    /** Has a read in flight on the side track. */
    private void readBeside() throws Exception {
        server = connect();
        send("INCR a");
        bench.say(server, ":1;");
        taken(server);
        Sent large = LoopBench.command("GET big");
        bench.run(() -> lane.onLargeReply(large.command(), 300_000, TimeUnit.SECONDS.toNanos(1)));
        beside = bench.connect(2);
        bench.onLoop(() -> null);
        read = send("GET big").get(0);
        assertEquals(List.of("GET big"), taken(beside));
        assertEquals(List.of(), taken(server));
    }
}
