package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.core.Future;
import io.vertx.redis.client.impl.types.ErrorType;

/** Many names, long names and callers who do not give up, with a server and a clock that are driven by hand. */
class SubscriptionsLoadTest {

    private final FakeHub hub = new FakeHub(new MultiplexerOptions());

    @Test
    void manyNamesArePutIntoFewCommands() {
        FakeHub.Client client = hub.connect();
        hub.writable = false;
        for (int i = 0; i < 2000; i++) {
            client.subscribe("channel" + i);
        }
        hub.writable = true;
        hub.settle();
        assertEquals(4, hub.sent().size());
        hub.confirmAll();
        assertEquals(2000, hub.inForce().size());
    }

    /** By the time of this thread alone, whatever else the machine does. */
    @Test
    void fourTimesTheNamesTakeAboutFourTimesAsLong() {
        nanos(20_000);
        long few = nanos(10_000);
        long many = nanos(40_000);
        assertTrue(many < 10 * few, () -> "10,000 names: " + few + " ns, 40,000: " + many + " ns");
    }

    private static long nanos(int names) {
        long best = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3; attempt++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            FakeHub own = new FakeHub(new MultiplexerOptions());
            FakeHub.Client client = own.connect();
            own.writable = false;
            for (int i = 0; i < names; i++) {
                client.subscribe("channel" + i);
            }
            own.writable = true;
            own.settle();
            own.confirmAll();
            client.unsubscribe();
            own.confirmAll();
            assertEquals(2 * names, client.count());
            best = Math.min(best, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
        }
        return best;
    }

    @Test
    void longNamesDoNotShareACommand() {
        hub.connect().subscribe("a".repeat(60_000), "b".repeat(10_000), "c".repeat(200_000), "d");
        assertEquals(4, hub.sent().size());
    }

    @Test
    void nothingIsToldToAConnectionThatTakesNoMore() {
        hub.writable = false;
        Future<Void> call = hub.connect().subscribe("a");
        assertEquals(List.of(), hub.sent());
        hub.writable = true;
        hub.settle();
        hub.confirmAll();
        assertTrue(call.succeeded());
    }

    @Test
    void whatACallbackDoesComesAfterTheChangeThatItHearsOf() {
        FakeHub.Client client = hub.connect();
        FakeHub.Client other = hub.connect();
        List<Future<Void>> calls = new ArrayList<>();
        client.subscribe("a").onComplete(done -> {
            calls.add(client.unsubscribe("a"));
            throw new AssertionError("of the callback");
        });
        Future<Void> same = other.subscribe("a", "b");
        hub.confirmAll();
        assertTrue(same.succeeded());
        assertTrue(calls.get(0).succeeded());
        assertEquals(List.of("a", "b"), hub.inForce());
    }

    @Test
    void whoAsksAgainOnEachFailureDoesNotKeepTheLoopFromEverythingElse() {
        FakeHub.Client client = hub.connect();
        hub.forbidden.add("secret");
        int[] attempts = { 0 };
        client.retryForEver("secret", attempts);
        for (int i = 0; i < 5; i++) {
            hub.confirmAll();
        }
        Future<Void> other = hub.connect().subscribe("open");
        hub.confirmAll();
        assertTrue(other.succeeded());
        assertTrue(attempts[0] > 1, "" + attempts[0]);
    }

    @Test
    void whetherAnErrorIsTemporary() {
        assertTrue(ServerError.of(ErrorType.create("BUSY Redis is busy running a script.")).remedy().waitingHelps());
        assertFalse(ServerError.of(ErrorType.create("BUSYKEY Target key name already exists.")).remedy().waitingHelps());
        assertFalse(ServerError.of(ErrorType.create("NOPERM this user has no permissions")).remedy().waitingHelps());
        assertEquals(Change.SUBSCRIBE, SubscriptionKind.changeOf(SubscriptionKind.SHARD.command(Change.SUBSCRIBE)));
    }
}
