package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.quarkiverse.redis.multiplexer.engine.topology.SlotMap.Range;
import io.vertx.core.net.SocketAddress;

class SlotMapTest {

    private static final Shard FIRST = new Shard(member(1), List.of(member(2)));
    private static final Shard SECOND = new Shard(member(3), List.of());

    private static Member member(int port) {
        return new Member(SocketAddress.inetSocketAddress(port, "localhost"), Health.ONLINE, "");
    }

    @Test
    void everySlotBelongsToTheShardOfItsRange() {
        SlotMap map = new SlotMap(List.of(FIRST, SECOND),
                List.of(new Range(0, 99, FIRST), new Range(100, 100, SECOND), new Range(16383, 16383, FIRST)));

        assertEquals(Optional.of(FIRST), map.shard(0));
        assertEquals(Optional.of(FIRST), map.shard(99));
        assertEquals(Optional.of(SECOND), map.shard(100));
        assertEquals(Optional.empty(), map.shard(101));
        assertEquals(Optional.of(FIRST), map.shard(16383));
        assertEquals(102, map.covered());
    }

    @Test
    void aRangeBeyondTheSlotsIsRefused() {
        for (Range range : List.of(new Range(-1, 0, FIRST), new Range(0, 16384, FIRST), new Range(2, 1, FIRST),
                new Range(0, 1, SECOND))) {
            assertThrows(IllegalArgumentException.class, () -> new SlotMap(List.of(FIRST), List.of(range)), range.toString());
        }
    }

    @Test
    void mapsAreComparedBySlotsAndNotByTheOrderInWhichTheyWereTold() {
        SlotMap map = new SlotMap(List.of(FIRST, SECOND), List.of(new Range(0, 9, FIRST), new Range(10, 19, SECOND)));

        assertTrue(map.tellsTheSameAs(new SlotMap(List.of(SECOND, FIRST),
                List.of(new Range(10, 14, SECOND), new Range(15, 19, SECOND), new Range(0, 9, FIRST)))));
        assertFalse(map.tellsTheSameAs(new SlotMap(List.of(FIRST, SECOND),
                List.of(new Range(0, 10, FIRST), new Range(11, 19, SECOND)))));
        assertFalse(map.tellsTheSameAs(new SlotMap(List.of(FIRST), List.of(new Range(0, 9, FIRST)))));
    }

    @Test
    void replicasAreNoOtherOnesInAnotherOrder() {
        Shard shard = new Shard(member(1), List.of(member(2), member(3)));
        SlotMap map = new SlotMap(List.of(shard), List.of(new Range(0, 9, shard)));
        for (Shard same : List.of(shard, new Shard(member(1), List.of(member(3), member(2))))) {
            assertTrue(map.tellsTheSameAs(new SlotMap(List.of(same), List.of(new Range(0, 9, same)))));
        }
        for (Shard other : List.of(new Shard(member(1), List.of(member(2))),
                new Shard(member(1), List.of(member(2), member(4))), new Shard(member(2), List.of(member(2), member(3))))) {
            assertFalse(map.tellsTheSameAs(new SlotMap(List.of(other), List.of(new Range(0, 9, other)))));
        }
    }

    @Test
    void nodesAndPrimariesAreTold() {
        Shard empty = new Shard(member(5), List.of(member(6)));
        SlotMap map = new SlotMap(List.of(FIRST, SECOND, empty),
                List.of(new Range(0, 99, FIRST), new Range(100, 100, SECOND), new Range(16383, 16383, FIRST)));

        assertEquals(Set.of(FIRST.primary().address(), SECOND.primary().address()), map.primaries());
        assertEquals(Set.of(1, 2, 3, 5, 6), map.nodes().stream().map(SocketAddress::port).collect(Collectors.toSet()));
        assertEquals(Optional.of(SECOND.primary().address()), map.primary(100));
        assertSame(map.primary(0), map.primary(16383));
        assertEquals(Optional.empty(), map.primary(101));
        assertEquals(Set.of(), SlotMap.EMPTY.nodes());
    }
}
