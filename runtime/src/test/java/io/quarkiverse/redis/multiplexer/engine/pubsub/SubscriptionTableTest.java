package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.Slot;

class SubscriptionTableTest {

    private final SubscriptionTable table = new SubscriptionTable();

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
}
