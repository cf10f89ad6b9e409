package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.vertx.core.net.SocketAddress;

/**
 * Which shard has which slot, as one node of a cluster told at one moment. Immutable: a newer one takes its place as a whole.
 */
final class SlotMap {

    /**
     * Of every cluster
     * (<a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">specification</a>).
     */
    static final int SLOTS = 16384;

    /** Of a cluster of which nothing is known. */
    static final SlotMap EMPTY = new SlotMap(List.of(), List.of());

    /** Consecutive slots of one shard, both ends included. */
    record Range(int first, int last, Shard shard) {
    }

    private final List<Shard> shards;
    /** For each slot one more than the place of its shard; 0 where nobody has it. */
    private final short[] owners = new short[SLOTS];
    private final int covered;
    /** For each shard the address of its primary, to be given out without being made. */
    private final List<Optional<SocketAddress>> primaries;

    /**
     * @param shards all that were told, also those without a slot
     * @param ranges of these; where they overlap the later ones count
     * @throws IllegalArgumentException if there is no such slot, or a range is of no shard
     */
    SlotMap(List<Shard> shards, List<Range> ranges) {
        this.shards = List.copyOf(shards);
        for (Range range : ranges) {
            int owner = this.shards.indexOf(range.shard());
            if (owner < 0 || range.first() < 0 || range.last() >= SLOTS || range.first() > range.last()) {
                throw new IllegalArgumentException("no range of slots: " + range.first() + " to " + range.last());
            }
            Arrays.fill(owners, range.first(), range.last() + 1, (short) (owner + 1));
        }
        int count = 0;
        for (short owner : owners) {
            count += owner > 0 ? 1 : 0;
        }
        this.covered = count;
        this.primaries = this.shards.stream().map(shard -> Optional.of(shard.primary().address())).toList();
    }

    List<Shard> shards() {
        return shards;
    }

    /** Empty if nobody is known to have the slot. */
    Optional<Shard> shard(int slot) {
        int owner = owners[slot];
        return owner == 0 ? Optional.empty() : Optional.of(shards.get(owner - 1));
    }

    /** The primary of the shard that has the slot; empty if nobody is known to have it. Allocates nothing. */
    Optional<SocketAddress> primary(int slot) {
        int owner = owners[slot];
        return owner == 0 ? Optional.empty() : primaries.get(owner - 1);
    }

    /** The primaries that have at least one slot. */
    Set<SocketAddress> primaries() {
        Set<SocketAddress> having = new LinkedHashSet<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            if (slot == 0 || owners[slot] != owners[slot - 1]) {
                primary(slot).ifPresent(having::add);
            }
        }
        return having;
    }

    /** All that were told: primaries, also those without a slot, and replicas. */
    Set<SocketAddress> nodes() {
        Set<SocketAddress> nodes = new LinkedHashSet<>();
        for (Shard shard : shards) {
            nodes.add(shard.primary().address());
            shard.replicas().forEach(replica -> nodes.add(replica.address()));
        }
        return nodes;
    }

    /** How many slots somebody has. */
    int covered() {
        return covered;
    }

    /**
     * The same, but that each slot that nobody has is the one's who had it in an older map.
     *
     * @return itself if that makes no difference
     */
    SlotMap filledFrom(SlotMap older) {
        List<Range> ranges = new ArrayList<>();
        Set<Shard> all = new LinkedHashSet<>(shards);
        boolean isVacant = false;
        int first = 0;
        for (int slot = 1; slot <= SLOTS; slot++) {
            if (slot == SLOTS || owners[slot] != owners[first] || older.owners[slot] != older.owners[first]) {
                boolean filled = owners[first] == 0 && older.owners[first] > 0;
                Optional<Shard> shard = filled ? older.shard(first).map(this::latest) : shard(first);
                if (shard.isPresent()) {
                    ranges.add(new Range(first, slot - 1, shard.get()));
                    all.add(shard.get());
                }
                isVacant |= filled;
                first = slot;
            }
        }
        return isVacant ? new SlotMap(List.copyOf(all), ranges) : this;
    }

    /** The shard as it was told here, if its primary still is one. */
    private Shard latest(Shard older) {
        return shards.stream().filter(shard -> shard.primary().address().equals(older.primary().address())).findFirst()
                .orElse(older);
    }

    /** Shards count as equal if their primaries and replicas are; neither they nor replicas need be told in the same order. */
    boolean tellsTheSameAs(SlotMap other) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if ((slot == 0 || owners[slot] != owners[slot - 1] || other.owners[slot] != other.owners[slot - 1])
                    && !isSame(shard(slot), other.shard(slot))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(Optional<Shard> one, Optional<Shard> other) {
        return one.isEmpty() ? other.isEmpty() : other.isPresent() && one.get().isSameAs(other.get());
    }
}
