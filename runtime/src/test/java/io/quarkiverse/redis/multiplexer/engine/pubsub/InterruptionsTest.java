package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.redis.client.RedisOptions;

class InterruptionsTest {

    private final List<String> told = new ArrayList<>();
    private long now;
    private final Map<Subscription, Telling.Server> servers = new HashMap<>();
    private final Interruptions interruptions = new Interruptions(
            subscription -> servers.getOrDefault(subscription, Telling.NOBODY),
            (where, count, outage) -> told.add(where.node() + " " + count + " " + outage.toNanos()), () -> now);
    private final Failures one = failures(1);
    private final Failures two = failures(2);
    private final Subscription a = subscription("a");
    private final Subscription b = subscription("b");
    private final Subscription c = subscription("c");

    @Test
    void theOutageOfAServerIsOverWithItsLastSubscription() {
        interruptions.begin(a, one);
        now = 1;
        interruptions.begin(b, one);
        interruptions.begin(c, two);
        now = 3;
        interruptions.restored(a);
        interruptions.restored(c);
        assertEquals(List.of("host:2 1 2"), told);
        now = 5;
        interruptions.restored(b);
        assertEquals(List.of("host:2 1 2", "host:1 2 5"), told);
    }

    @Test
    void thoseThatHaveComeToOneServerDoNotWaitForOthers() {
        Telling.Server left = server();
        Telling.Server right = server();
        servers.putAll(Map.of(a, left, b, right, c, left));
        List.of(a, b, c).forEach(lost -> interruptions.begin(lost, one));
        now = 2;
        interruptions.restored(a);
        assertEquals(List.of(), told);
        now = 3;
        interruptions.restored(c);
        assertEquals(List.of("host:1 2 3"), told);
        now = 7;
        interruptions.restored(b);
        assertEquals(List.of("host:1 2 3", "host:1 1 7"), told);
    }

    @Test
    void whatGoesElsewhereAfterAllIsNotWaitedFor() {
        Telling.Server left = server();
        Telling.Server right = server();
        servers.putAll(Map.of(a, left, b, left, c, right));
        List.of(a, b, c).forEach(lost -> interruptions.begin(lost, one));
        interruptions.restored(a);
        servers.put(b, right);
        now = 4;
        interruptions.restored(c);
        assertEquals(List.of("host:1 1 4"), told);
        interruptions.forget(b);
        assertEquals(List.of("host:1 1 4", "host:1 1 4"), told);
    }

    private static Telling.Server server() {
        return new Telling.Server() {
            @Override
            public boolean isWritable() {
                return true;
            }

            @Override
            public void send(SubscriptionKind kind, Change change, List<Subscription> names) {
                throw new IllegalStateException("Nothing is to be sent");
            }
        };
    }

    @Test
    void whatNobodyWantsAnyMoreIsNotCounted() {
        interruptions.begin(a, one);
        interruptions.begin(b, one);
        interruptions.restored(a);
        interruptions.forget(b);
        interruptions.forget(b);
        interruptions.restored(b);
        assertEquals(List.of("host:1 1 0"), told);

        interruptions.begin(a, one);
        interruptions.forget(a);
        assertEquals(1, told.size());
    }

    @Test
    void theFirstServerThatLostItCounts() {
        interruptions.begin(a, one);
        now = 2;
        interruptions.begin(a, two);
        interruptions.restored(a);
        assertEquals(List.of("host:1 1 2"), told);
    }

    private static Subscription subscription(String name) {
        return new Subscription(SubscriptionKind.SHARD, name);
    }

    private static Failures failures(int port) {
        return new Failures("test", NodeAddress.of(new RedisOptions().setConnectionString("redis://host:" + port)),
                new MultiplexerOptions());
    }
}
