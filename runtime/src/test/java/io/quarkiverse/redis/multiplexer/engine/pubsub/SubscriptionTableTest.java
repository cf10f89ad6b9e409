package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.SimpleStringType;

class SubscriptionTableTest {

    private final Queue<Runnable> turn = new ArrayDeque<>();
    private final SubscriptionTable table = new SubscriptionTable(new FanOut(turn::add));

    @Test
    void thereIsOneForEachKindAndName() {
        Subscription channel = table.getOrAdd(SubscriptionKind.CHANNEL, "a");
        Subscription shard = table.getOrAdd(SubscriptionKind.SHARD, "a");
        assertSame(channel, table.getOrAdd(SubscriptionKind.CHANNEL, "a"));
        assertEquals(Optional.of(shard), table.find(SubscriptionKind.SHARD, "a"));
        assertEquals(Optional.empty(), table.find(SubscriptionKind.PATTERN, "a"));
        assertEquals(2, table.all().size());
        assertEquals(List.of(shard), table.all(each -> each.kind == SubscriptionKind.SHARD));
        assertTrue(table.isAny(each -> each.kind == SubscriptionKind.SHARD));

        table.remove(shard);
        assertFalse(table.isAny(each -> each.kind == SubscriptionKind.SHARD));
    }

    @Test
    void onlyShardedChannelsHaveASlot() {
        assertEquals(HandCluster.slot("a"), table.getOrAdd(SubscriptionKind.SHARD, "a").slot);
        assertEquals(Slot.NONE, table.getOrAdd(SubscriptionKind.CHANNEL, "a").slot);
    }

    @Test
    void allWhoHearASubscriptionGetTheSameMessageAndTheirContextIsToldOnce() {
        HandContext where = new HandContext();
        MultiplexerOptions options = new MultiplexerOptions();
        Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), options);
        Subscription subscription = table.getOrAdd(SubscriptionKind.CHANNEL, "a");
        List<Response> handed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            MessageStream stream = new MessageStream(null, where.context, options, failures);
            stream.handler(handed::add);
            new Subscriber(stream).startHearing(subscription);
        }
        Response first = SimpleStringType.create("first");
        Response second = SimpleStringType.create("second");
        table.deliver(SubscriptionKind.CHANNEL, "a", first);
        table.deliver(SubscriptionKind.CHANNEL, "a", second);
        table.deliver(SubscriptionKind.CHANNEL, "b", first);
        assertEquals(0, where.waiting());
        turn.remove().run();
        assertEquals(1, where.waiting());
        assertEquals(List.of(), handed);

        where.runOne();
        assertEquals(List.of(first, second, first, second, first, second), handed);
        assertEquals(0, where.waiting());

        table.deliver(SubscriptionKind.CHANNEL, "a", first);
        turn.remove().run();
        assertEquals(1, where.waiting(), "they deliver no more, and have to be told again");
    }
}
