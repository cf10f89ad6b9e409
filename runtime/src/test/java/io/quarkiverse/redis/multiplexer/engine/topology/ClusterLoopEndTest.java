package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.vertx.core.Future;

/** The end of a {@link ClusterLoop}, whatever is under way then. */
class ClusterLoopEndTest extends ClusterLoopByHand {

    @Test
    void theEndFailsWhatIsHeldAndWhatComesLater() throws Exception {
        start();
        List<Sent> sent = send("SET k 1", "SET k 2");
        HandSocket a = connect(A, 1);
        taken(a);
        // It is held for as long as the other one is under way.
        say(a, "-CLUSTERDOWN Hash slot not served;");
        Future<Void> closed = cluster.close();
        sent.get(0).reply();
        assertInstanceOf(ConnectionLostException.class, sent.get(0).answer().cause());
        say(a, "+OK;");
        assertEquals("OK", sent.get(1).reply());
        await(closed);
        Sent late = send("GET k").get(0);
        late.reply();
        assertInstanceOf(ConnectionLostException.class, late.answer().cause());
    }

    @Test
    void aMapThatComesAfterTheEndTakesNothingFromLanes() throws Exception {
        start();
        List<Sent> sent = send("SET k 1", "SET k 2");
        HandSocket a = connect(A, 1);
        say(a, "-BUSY a script is running;");
        Sent behind = send("SET k 3").get(0);
        await(cluster.close());
        owner = B;
        await(cluster.follow());
        onLoop(() -> {
            a.close();
            return null;
        });
        assertTrue(assertInstanceOf(CommandFailure.class, sent.get(1).failure()).sent());

        HandSocket next = connect(A, 2);
        assertEquals(List.of("SET k 3"), taken(next));
        say(next, "+OK;");
        assertEquals("OK", behind.reply());
    }
}
