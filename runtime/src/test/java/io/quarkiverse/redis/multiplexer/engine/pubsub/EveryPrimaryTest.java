package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** Without primaries, and {@link Strays} without subscriptions; the rest is in {@link KeyspaceSubscriptionsTest}. */
class EveryPrimaryTest {

    private static final String CHANNEL = "__keyevent@0__:set";

    private final FakeHub hub = new FakeHub(new MultiplexerOptions());
    private final List<Runnable> timers = new ArrayList<>();
    private final Retries.Scheduler scheduler = (action, delayMillis) -> {
        timers.add(action);
        return () -> timers.remove(action);
    };
    private final EveryPrimary everyPrimary = new EveryPrimary(hub.subscriptions, Set::of, scheduler,
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)));

    @Test
    void withoutPrimariesItWaits() {
        Subscription whole = new Subscription(SubscriptionKind.CHANNEL, CHANNEL);
        whole.newWish();
        assertTrue(everyPrimary.isWritable());
        assertFalse(everyPrimary.takesTogether(whole, whole));
        whole.tell(everyPrimary, Change.SUBSCRIBE);
        everyPrimary.send(whole.kind, Change.SUBSCRIBE, List.of(whole));
        everyPrimary.onPrimaries(Set::of);
        everyPrimary.tell();
        everyPrimary.deliver(null, whole.kind, whole.name, SimpleStringType.create("nothing"));

        assertEquals(Subscription.State.SUBSCRIBING, whole.state());
        assertFalse(everyPrimary.waitsFor(whole, null));
        assertFalse(everyPrimary.uses(null));
        assertEquals(List.of(), timers);
    }

    @Test
    void straysAreLookedForOnceForManyChanges() {
        List<String> moved = new ArrayList<>();
        Strays strays = new Strays(hub.subscriptions, null, null, scheduler, () -> moved.add("moved"));
        strays.lookSoon();
        strays.lookSoon();
        assertEquals(1, timers.size());
        timers.remove(0).run();
        assertEquals(List.of("moved"), moved);
        strays.lookSoon();
        assertEquals(1, timers.size());
    }
}
