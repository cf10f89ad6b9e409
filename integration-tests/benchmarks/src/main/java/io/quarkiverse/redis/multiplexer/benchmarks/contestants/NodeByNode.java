package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Vertx;
import io.vertx.redis.client.impl.ZModem;

/**
 * A client of one server for each node of a cluster, and a caller who computes the slots: what a client of the cluster could
 * reach if routing cost nothing but that.
 */
final class NodeByNode implements Contestant {

    private static final int SLOTS = 16384;

    private final List<Contestant> nodes = new ArrayList<>();
    /** The place of the node that has the slot. */
    private final int[] bySlot = new int[SLOTS];

    NodeByNode(Vertx vertx, int port) throws Exception {
        try (RespClient node = new RespClient(port)) {
            for (Object range : (List<?>) node.call("CLUSTER", "SLOTS")) {
                List<?> words = (List<?>) range;
                int nodePort = ((Long) ((List<?>) words.get(2)).get(1)).intValue();
                for (long slot = (Long) words.get(0); slot <= (Long) words.get(1); slot++) {
                    bySlot[(int) slot] = nodes.size();
                }
                nodes.add(ContestantType.OURS.factory().connect(vertx, nodePort));
            }
        }
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        if (operation.keys().size() > 1) {
            throw new IllegalArgumentException("Of one key only: " + operation);
        }
        String key = operation.key();
        Runnable[] calls = nodes.stream().map(node -> node.asynchronous(operation, caller)).toArray(Runnable[]::new);
        return () -> calls[bySlot[ZModem.generate(key)]].run();
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        throw new IllegalArgumentException("Only asynchronously");
    }

    @Override
    public void close() throws Exception {
        for (Contestant node : nodes) {
            node.close();
        }
    }
}
