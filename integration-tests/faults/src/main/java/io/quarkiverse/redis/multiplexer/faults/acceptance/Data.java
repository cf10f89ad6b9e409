package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.quarkiverse.redis.multiplexer.faults.Slots;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** What a cluster has, past any client. To be used while no slot moves. */
final class Data implements AutoCloseable {

    private static final int AT_ONCE = 1000;

    private final RedisCluster cluster;
    private final int[] owners;
    private final Map<Integer, RespClient> nodes = new HashMap<>();

    Data(RedisCluster cluster) {
        this.cluster = cluster;
        this.owners = owners(cluster);
    }

    private static int[] owners(RedisCluster cluster) {
        int[] owners = new int[RedisCluster.SLOTS];
        cluster.primaries().forEach(node -> cluster.slotsOf(node).stream().forEach(slot -> owners[slot] = node));
        return owners;
    }

    /** @param words with a key as the second one */
    Object call(String... words) {
        return nodes.computeIfAbsent(owners[Slots.of(words[1])], node -> cluster.node(node).client()).call(words);
    }

    /** Sets keys, as many at once as a connection takes. */
    void set(List<String> keys, String value) {
        Map<Integer, List<List<String>>> commands = new HashMap<>();
        keys.forEach(key -> commands.computeIfAbsent(owners[Slots.of(key)], node -> new ArrayList<>())
                .add(List.of("SET", key, value)));
        commands.forEach((node, all) -> {
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                send(node, all.subList(from, Math.min(all.size(), from + AT_ONCE)));
            }
        });
    }

    @SuppressWarnings("unchecked")
    private void send(int node, List<List<String>> commands) {
        try (RespClient client = cluster.node(node).client()) {
            String replies = client.callRaw(commands.toArray(List[]::new));
            if (!replies.equals("+OK\r\n".repeat(commands.size()))) {
                throw new IllegalStateException(replies);
            }
        }
    }

    @Override
    public void close() {
        nodes.values().forEach(RespClient::close);
    }
}
