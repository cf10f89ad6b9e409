package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.vertx.core.net.SocketAddress;

/**
 * The slots of one node, as it tells itself (<a href="https://redis.io/docs/latest/commands/cluster-nodes/">CLUSTER NODES</a>):
 * no other node knows better.
 */
final class NodeSlots {

    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;
    private static final int FIRST_SLOTS = 8;

    private final BitSet owned = new BitSet(SlotMap.SLOTS);
    /** Those that are moving away key by key, with the id of the other node. */
    private final Map<Integer, String> migrating = new HashMap<>();
    private final Map<String, List<SocketAddress>> addresses = new HashMap<>();

    private NodeSlots() {
    }

    /** @throws IllegalArgumentException if that is no reply to CLUSTER NODES */
    static NodeSlots parse(String reply) {
        NodeSlots slots = new NodeSlots();
        reply.lines().forEach(line -> slots.read(line.split(" ")));
        Merge.check(!slots.addresses.isEmpty());
        return slots;
    }

    private void read(String[] words) {
        Merge.check(words.length >= FIRST_SLOTS);
        addresses.put(words[0], addresses(words[ADDRESS]));
        if (words[FLAGS].contains("myself")) {
            for (int i = FIRST_SLOTS; i < words.length; i++) {
                readSlots(words[i]);
            }
        }
    }

    /** Of {@code ip:port@busport,hostname}, where the name may be missing. Empty if it is not known. */
    private static List<SocketAddress> addresses(String text) {
        String[] fields = text.split(",");
        String address = fields[0].replaceFirst("@.*", "");
        int colon = address.lastIndexOf(':');
        List<SocketAddress> addresses = new ArrayList<>();
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            for (String host : List.of(address.substring(0, Math.max(0, colon)), fields.length > 1 ? fields[1] : "")) {
                if (!host.isEmpty() && port > 0) {
                    addresses.add(SocketAddress.inetSocketAddress(port, host));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a node has told an address that is none", e);
        }
        return addresses;
    }

    /** {@code 5}, {@code 5-9}, {@code [5->-id]} moving away, {@code [5-<-id]} coming. */
    private void readSlots(String word) {
        try {
            if (!word.startsWith("[")) {
                int dash = word.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? word : word.substring(0, dash));
                owned.set(first, (dash < 0 ? first : Integer.parseInt(word.substring(dash + 1))) + 1);
            } else if (word.contains("->-")) {
                int arrow = word.indexOf("->-");
                migrating.put(Integer.parseInt(word.substring(1, arrow)),
                        word.substring(arrow + "->-".length(), word.length() - 1));
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("a node has told slots that are none", e);
        }
    }

    boolean owns(int slot) {
        return owned.get(slot);
    }

    BitSet owned() {
        return (BitSet) owned.clone();
    }

    boolean isMigrating(int slot) {
        return migrating.containsKey(slot);
    }

    /** The addresses by which the node is known that the keys of a slot are moving to; empty if they are not. */
    List<SocketAddress> importer(int slot) {
        return migrating.containsKey(slot) ? addresses.getOrDefault(migrating.get(slot), List.of()) : List.of();
    }
}
