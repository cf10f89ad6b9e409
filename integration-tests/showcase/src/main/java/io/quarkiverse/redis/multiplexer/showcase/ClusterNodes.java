package io.quarkiverse.redis.multiplexer.showcase;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.NodeRole;

/** What a server answers to CLUSTER NODES. */
record ClusterNodes(List<Node> all) {

    // The words of a line: id, address, flags, primary, ping, pong, epoch, link, slots.
    private static final int ID = 0;
    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;
    private static final int PRIMARY = 3;
    private static final int LINK = 7;
    private static final int SLOTS = 8;

    private static final String NO_PRIMARY = "-";

    /**
     * @param primary the id of the one that it replicates; empty for a primary
     * @param alive whether the others think so
     */
    public record Node(String id, String address, NodeRole role, String primary, boolean alive, List<Range> slots) {

        int slotCount() {
            return slots.stream().mapToInt(Range::size).sum();
        }

        boolean isPrimary() {
            return role == NodeRole.PRIMARY;
        }
    }

    /** Both ends included. */
    public record Range(int first, int last) {

        static Range parse(String text) {
            String[] ends = text.split("-");
            return new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
        }

        int size() {
            return last - first + 1;
        }
    }

    static ClusterNodes parse(String lines) {
        return new ClusterNodes(lines.lines().map(line -> line.split(" "))
                .filter(words -> !words[FLAGS].contains("handshake")).map(ClusterNodes::node).toList());
    }

    private static Node node(String[] words) {
        List<String> flags = List.of(words[FLAGS].split(","));
        boolean alive = !flags.contains("fail") && (flags.contains("myself") || words[LINK].equals("connected"));
        // What moves right now is in brackets, and is told twice.
        Stream<String> slots = Arrays.stream(words).skip(SLOTS).filter(word -> !word.startsWith("["));
        return new Node(words[ID], words[ADDRESS].replaceAll("[@,].*", ""),
                flags.contains("master") ? NodeRole.PRIMARY : NodeRole.REPLICA,
                words[PRIMARY].equals(NO_PRIMARY) ? "" : words[PRIMARY], alive, slots.map(Range::parse).toList());
    }

    /** Who is what and has which slots: equal where servers are of the same opinion. */
    Set<List<?>> opinion() {
        return all.stream().map(node -> List.of(node.id(), node.role(), node.primary(), node.slots()))
                .collect(Collectors.toSet());
    }

    List<Node> primaries() {
        return all.stream().filter(node -> node.isPrimary() && node.alive()).toList();
    }

    List<Node> replicasOf(Node primary) {
        return all.stream().filter(node -> node.primary().equals(primary.id()) && node.alive()).toList();
    }
}
