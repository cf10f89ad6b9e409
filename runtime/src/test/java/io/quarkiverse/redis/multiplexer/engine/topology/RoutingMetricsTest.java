package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.vertx.core.net.SocketAddress;

/** {@link RoutingMetrics}, of a {@link ClusterLoop}: what waits, and what fails, while no lane has it. */
class RoutingMetricsTest extends ClusterLoopByHand {

    /** Seen through the event loop that writes it. */
    static final List<Class<?>> PARTS = List.of(RoutingMetrics.class);

    /** Whether no node has slots. */
    private volatile boolean nobody;

    @Override
    public Optional<SocketAddress> primary(int slot) {
        return nobody ? Optional.empty() : super.primary(slot);
    }

    private void awaitStatus(int waiting, LaneStatus.Failures failures) {
        awaitUntil(() -> cluster.status().equals(new RoutingStatus(waiting, failures)));
    }

    private static LaneStatus.Failures none() {
        return RoutingStatus.UNUSED.failures();
    }

    private static LaneStatus.Failures timeouts(int count) {
        return new LaneStatus.Failures(0, count, 0, 0, 0);
    }

    @Test
    void whatWaitsUntilSomethingIsKnownAndForTooLong() throws Exception {
        options.setCommandTimeout(Duration.ofMillis(500));
        map = SlotMap.EMPTY;
        start();
        List<Sent> sent = send("GET k", "GET other");
        assertEquals(2, cluster.status().waiting());
        sent.get(0).reply();
        sent.get(1).reply();
        awaitStatus(0, timeouts(2));
    }

    @Test
    void whatDoesNotWaitForAnythingToBeKnown() throws Exception {
        options.setUnavailable(UnavailablePolicy.FAIL_FAST);
        map = SlotMap.EMPTY;
        start();
        Sent early = send("GET k").get(0);
        cluster.unknown(new ConnectException("nobody there"));
        early.reply();
        send("GET k").get(0).reply();
        awaitStatus(0, new LaneStatus.Failures(0, 0, 0, 2, 0));
    }

    @Test
    void whatWaitsForItsSlotAndIsSentOn() throws Exception {
        start();
        send("SET k 1", "SET k 2");
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, "-CLUSTERDOWN Hash slot not served;");
        List<Sent> held = send("SET k 3", "SET k 4");
        awaitStatus(3, none());
        say(a, "-CLUSTERDOWN Hash slot not served;");
        awaitUntil(() -> taken(a).equals(List.of("SET k 1")));
        say(a, "+OK;");
        assertEquals(List.of("SET k 2", "SET k 3", "SET k 4"), taken(a));
        say(a, "+OK;+OK;+OK;");
        assertEquals("OK", held.get(1).reply());
        awaitStatus(0, none());
    }

    @Test
    void whatWaitsForItsSlotForTooLong() throws Exception {
        options.setCommandTimeout(Duration.ofMillis(500));
        start();
        List<Sent> sent = send("SET k 1", "SET k 2");
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, "-CLUSTERDOWN Hash slot not served;");
        sent.get(0).reply();
        sent.get(1).reply();
        // The other one was on a lane.
        awaitStatus(0, timeouts(1));
    }

    @Test
    void whatWaitsForAServerToTellItsKeys() throws Exception {
        options.setCommandTimeout(Duration.ofSeconds(2));
        start();
        List<Sent> sent = send("MOD.SET x k 1", "MOD.SET y k 2");
        awaitStatus(2, none());
        sent.get(0).reply();
        sent.get(1).reply();
        awaitStatus(0, timeouts(2));
    }

    @Test
    void whatThereIsNoRoomFor() throws Exception {
        start();
        Sent large = send("SET k " + "x".repeat(1_000_000)).get(0);
        assertInstanceOf(BacklogFullException.class, large.answer().cause());
        assertEquals(1, cluster.status().failures().refused());
    }

    @Test
    void whatThereIsNoRoomForWhereItWouldHaveToWait() throws Exception {
        options.setMaxPending(1);
        start();
        send("SET k 1", "SET k 2");
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, "-CLUSTERDOWN Hash slot not served;");
        Sent refused = send("SET k 3").get(0);
        refused.reply();
        assertInstanceOf(BacklogFullException.class, refused.answer().cause());
        assertEquals(1, cluster.status().failures().refused());
    }

    @Test
    void whatIsRefusedInThePlaceOfANode() throws Exception {
        start();
        assertTrue(send("RENAME k other").get(0).reply().startsWith("CROSSSLOT"));
        assertEquals(1, cluster.status().failures().errors());
        nobody = true;
        assertTrue(send("DBSIZE").get(0).reply().startsWith("CLUSTERDOWN"));
        assertEquals(2, cluster.status().failures().errors());
    }

    @Test
    void whatALaterCommandHasOvertaken() throws Exception {
        start();
        List<Sent> sent = send("SET k 1", "SET k 2");
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, movedTo(B) + "+second;");
        assertTrue(sent.get(0).reply().startsWith("MOVED "));
        assertEquals(1, cluster.status().failures().errors());
    }

    @Test
    void whatTheEndFailsIsNoFailure() throws Exception {
        map = SlotMap.EMPTY;
        start();
        Sent waiting = send("GET k").get(0);
        await(cluster.close());
        waiting.reply();
        awaitStatus(0, none());
    }
}
