package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiPredicate;

import io.vertx.core.net.SocketAddress;

/**
 * The owners of slots that redirects have named and that the slot map does not tell yet. Thread-safe, without locks.
 * <p>
 * A redirect comes from a node that has just been asked for the slot, and is believed against nodes that have not heard of the
 * move yet. It is forgotten when a later survey tells the same, when the named owner itself, asked later, does not have the
 * slot, or when the named owner is gone and somebody else has the slot.
 */
final class Moves {

    /** @param at when it was named, on the clock of {@link System#nanoTime()} */
    private record Move(Optional<SocketAddress> owner, long at) {
    }

    private static final Move NONE = new Move(Optional.empty(), 0);

    private final AtomicReferenceArray<Move> bySlot = new AtomicReferenceArray<>(SlotMap.SLOTS);

    Moves() {
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            bySlot.setPlain(slot, NONE);
        }
    }

    /** The owner that was named last; empty if none was since the map has told it. Allocates nothing. */
    Optional<SocketAddress> owner(int slot) {
        return bySlot.get(slot).owner;
    }

    /** @param now on the clock of {@link System#nanoTime()} */
    void record(int slot, SocketAddress owner, long now) {
        bySlot.set(slot, new Move(Optional.of(owner), now));
    }

    /** All that are named as the owner of at least one slot. */
    Set<SocketAddress> owners() {
        Set<SocketAddress> owners = new LinkedHashSet<>();
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            owner(slot).ifPresent(owners::add);
        }
        return owners;
    }

    /** Whether some redirect has named another owner than the map tells. */
    boolean contradict(SlotMap map) {
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Optional<SocketAddress> owner = owner(slot);
            if (owner.isPresent() && !owner.equals(map.primary(slot))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Forgets what is not needed beside a new map.
     *
     * @param since when the nodes that told the map were asked first: what was named later is kept
     * @param isRefuted whether a named owner has turned out not to have the slot
     * @return whether there was such a one
     */
    boolean settle(SlotMap map, long since, BiPredicate<SocketAddress, Integer> isRefuted) {
        boolean refuted = false;
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Move move = bySlot.get(slot);
            if (move != NONE && move.at - since < 0) {
                boolean told = move.owner.equals(map.primary(slot));
                // Not if another owner is named just now.
                if ((told || isRefuted.test(move.owner.orElseThrow(), slot)) && bySlot.compareAndSet(slot, move, NONE)) {
                    refuted |= !told;
                }
            }
        }
        return refuted;
    }
}
