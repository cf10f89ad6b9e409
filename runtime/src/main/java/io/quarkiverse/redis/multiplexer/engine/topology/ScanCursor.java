package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Optional;

/**
 * How far a SCAN over all nodes of a cluster has come. All of it is in the number that callers give back, so that nothing has
 * to
 * be kept, and any instance of an application can go on with it. The number is one of a signed 64-bit integer, which is what
 * callers read cursors as.
 * <p>
 * Servers since Redis 7.4 and Valkey 8.0 go through their keys slot by slot, and say in the lowest 14 bits of their cursor in
 * which they are. There {@link BySlot} goes through the slots, whoever has them. Older ones go through all keys of a node in an
 * order of its own: {@link ByNode}.
 */
final class ScanCursor {

    private static final int SLOT_BITS = 14;

    /** A place on the way. */
    sealed interface Place {
    }

    private ScanCursor() {
    }

    /** The beginning, where it is not known yet which servers these are; and the end. */
    record Ends() implements Place {

        @Override
        public String toString() {
            return "0";
        }
    }

    /** Who has the keys of a slot. */
    enum Side {
        OWNER,
        /** The node that it is moving to, key by key; it is asked when the owner has told all that it has. */
        IMPORTER
    }

    /**
     * @param within what the node has said that comes before its slot
     * @param node tells the node that said so from others: 16 bits. To another one it would say nothing
     */
    record BySlot(int slot, long within, int node, Side side) implements Place {

        private static final int WITHIN_BITS = 31;
        private static final int NODE_BITS = 16;
        private static final long MARK = 1L << 62;

        static BySlot startOf(int slot) {
            return new BySlot(slot, 0, 0, Side.OWNER);
        }

        /** @throws IllegalArgumentException if it is not to be written in so many bits */
        static BySlot of(long nodesCursor, int node, Side side) {
            long within = nodesCursor >>> SLOT_BITS;
            Merge.check(within < 1L << WITHIN_BITS);
            return new BySlot(slotOf(nodesCursor), within, node, side);
        }

        static int slotOf(long nodesCursor) {
            return (int) nodesCursor & (1 << SLOT_BITS) - 1;
        }

        /** The cursor for a node. */
        long forNode(int itsNode) {
            return (itsNode == node ? within << SLOT_BITS : 0) | slot;
        }

        private static BySlot read(long number) {
            return new BySlot(slotOf(number), number >>> SLOT_BITS & (1L << WITHIN_BITS) - 1,
                    (int) (number >>> SLOT_BITS + WITHIN_BITS) & (1 << NODE_BITS) - 1,
                    (number >>> SLOT_BITS + WITHIN_BITS + NODE_BITS & 1) == 0 ? Side.OWNER : Side.IMPORTER);
        }

        @Override
        public String toString() {
            return String.valueOf(MARK | (long) side.ordinal() << SLOT_BITS + WITHIN_BITS + NODE_BITS
                    | (long) node << SLOT_BITS + WITHIN_BITS | within << SLOT_BITS | slot);
        }
    }

    /**
     * @param position of the node among the primaries
     * @param within the cursor of the node itself
     * @param map tells the slot map by which it is a position from others: 12 bits
     */
    record ByNode(int position, long within, int map) implements Place {

        private static final int POSITION_BITS = 10;
        private static final int WITHIN_BITS = 39;
        private static final int MAP_BITS = 12;

        /** @throws IllegalArgumentException if it is not to be written in so many bits */
        ByNode {
            Merge.check(position + 1 < 1 << POSITION_BITS && within >= 0 && within < 1L << WITHIN_BITS);
        }

        private static ByNode read(long number) {
            int position = (int) (number & (1 << POSITION_BITS) - 1) - 1;
            return new ByNode(position, number >>> POSITION_BITS & (1L << WITHIN_BITS) - 1,
                    (int) (number >>> POSITION_BITS + WITHIN_BITS));
        }

        /** Never 0, which is the end. */
        @Override
        public String toString() {
            return String.valueOf((long) map << POSITION_BITS + WITHIN_BITS | within << POSITION_BITS | position + 1);
        }
    }

    /** The bits of a hash that cursors have room for: of a node 16. */
    static int nodeBits(Object node) {
        return mixed(node.hashCode()) & (1 << BySlot.NODE_BITS) - 1;
    }

    static int mapBits(int hash) {
        return mixed(hash) & (1 << ByNode.MAP_BITS) - 1;
    }

    private static int mixed(int hash) {
        int product = hash * 0x9E3779B9;
        return product ^ product >>> 16;
    }

    /** Empty if it is none. */
    static Optional<Place> parse(String text) {
        try {
            long number = Long.parseLong(text);
            if (number == 0) {
                return Optional.of(new Ends());
            }
            if ((number & BySlot.MARK) != 0 && number > 0) {
                return Optional.of(BySlot.read(number));
            }
            boolean valid = number > 0 && (number & (1 << ByNode.POSITION_BITS) - 1) != 0
                    && number >>> ByNode.POSITION_BITS + ByNode.WITHIN_BITS + ByNode.MAP_BITS == 0;
            return valid ? Optional.of(ByNode.read(number)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
