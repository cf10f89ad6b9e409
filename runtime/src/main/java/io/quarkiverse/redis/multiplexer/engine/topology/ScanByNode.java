package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.topology.ScanCursor.ByNode;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanCursor.Ends;
import io.quarkiverse.redis.multiplexer.engine.topology.ScanSteps.Scanned;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Response;

/** Steps of a scan over servers whose cursors do not tell slots: one primary after the other, by one and the same slot map. */
final class ScanByNode {

    private final ClusterNodes nodes;
    private final ScanSteps steps;
    private final SlotMap map;
    /** In an order that depends on nothing else. */
    private final List<SocketAddress> primaries;

    ScanByNode(ClusterNodes nodes, ScanSteps steps) {
        this.nodes = nodes;
        this.steps = steps;
        this.map = nodes.map();
        this.primaries = map.primaries().stream().sorted(Comparator.comparing(SocketAddress::toString)).toList();
    }

    ByNode start() {
        return new ByNode(0, 0, mapBits());
    }

    private int mapBits() {
        int hash = 1;
        Optional<SocketAddress> latest = Optional.empty();
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Optional<SocketAddress> owner = map.primary(slot);
            if (!owner.equals(latest)) {
                hash = 31 * (31 * hash + slot) + owner.hashCode();
                latest = owner;
            }
        }
        return ScanCursor.mapBits(hash);
    }

    Future<Response> step(ByNode cursor) {
        ByNode start = start();
        ByNode current = cursor.map() == start.map() && cursor.position() < primaries.size() ? cursor : start;
        SocketAddress node = primaries.get(current.position());
        int slot = slotsOf(node).nextSetBit(0);
        return steps.scan(slot, current.within()).compose(scanned -> after(current, node, slot, scanned));
    }

    private Future<Response> after(ByNode cursor, SocketAddress node, int slot, Scanned scanned) {
        Response anew = ScanRun.answer(start(), scanned.keys());
        if (!nodes.owner(slot).equals(Optional.of(node))) {
            return Future.succeededFuture(anew);
        }
        if (scanned.cursor() != 0) {
            return Future.succeededFuture(
                    ScanRun.answer(new ByNode(cursor.position(), scanned.cursor(), cursor.map()), scanned.keys()));
        }
        return steps.slots(node, slot).map(told -> {
            if (told.isPresent() && !told.get().owned().equals(slotsOf(node))) {
                nodes.doubt();
                return anew;
            }
            int next = cursor.position() + 1;
            return ScanRun.answer(next == primaries.size() ? new Ends() : new ByNode(next, 0, cursor.map()), scanned.keys());
        }).otherwise(anew);
    }

    private BitSet slotsOf(SocketAddress node) {
        BitSet slots = new BitSet(SlotMap.SLOTS);
        Optional<SocketAddress> wanted = Optional.of(node);
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            slots.set(slot, map.primary(slot).equals(wanted));
        }
        return slots;
    }
}
