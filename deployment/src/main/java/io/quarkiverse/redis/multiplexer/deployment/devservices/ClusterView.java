package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How one server sees its cluster.
 *
 * @param nodes the lines of CLUSTER NODES, without those of servers that it is still getting to know
 * @param info what CLUSTER INFO says
 * @param replication what INFO says of it
 * @param told the ports of the servers that it tells clients of
 */
record ClusterView(List<String> nodes, String info, String replication, Set<Object> told) {

    // The words of a line: id, address, flags, primary, ping, pong, epoch, link, slots.
    private static final int ADDRESS = 1;
    private static final int EPOCH = 6;
    private static final int SLOTS = 8;

    static ClusterView of(ServerConnection server) throws IOException {
        List<String> nodes = server.text("CLUSTER", "NODES").lines().filter(line -> !line.contains("handshake")).toList();
        Set<Object> told = new HashSet<>();
        for (Object range : (List<?>) server.call("CLUSTER", "SLOTS")) {
            List<?> fields = (List<?>) range;
            // The first and the last slot, and then the servers, each with its host and its port.
            fields.subList(2, fields.size()).forEach(node -> told.add(((List<?>) node).get(1)));
        }
        return new ClusterView(nodes, server.text("CLUSTER", "INFO"), server.text("INFO", "replication"), told);
    }

    /** How many servers it knows, itself included. */
    int known() {
        return nodes.size();
    }

    /** Which server has which slots, since which epoch: the same text at each server that is of the same opinion. */
    String owners() {
        return String.join(";", nodes.stream().map(line -> line.split(" ")).filter(words -> words.length > SLOTS)
                .map(words -> words[ADDRESS].replaceAll("@.*", "") + ' ' + words[EPOCH] + ' '
                        + String.join(",", List.of(words).subList(SLOTS, words.length)))
                .sorted().toList());
    }

    /** Whether all is there: each slot, each server, and a replica's link to its primary. */
    boolean isWhole(ClusterShape shape) {
        return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + ClusterShape.SLOTS)
                && (replication.contains("role:master") || replication.contains("master_link_status:up"))
                && told.size() == shape.servers();
    }
}
