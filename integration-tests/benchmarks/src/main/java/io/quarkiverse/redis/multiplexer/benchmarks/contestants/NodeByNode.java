package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.ZModem;

/**
 * A client of one server for each node of a cluster, and a caller who computes the slots: what a client of the cluster could
 * reach if routing cost nothing but that.
 */
final class NodeByNode implements Contestant {

    private static final int SLOTS = 16384;

    private final List<Redis> clients = new ArrayList<>();
    private final Redis[] bySlot = new Redis[SLOTS];

    NodeByNode(Vertx vertx, int port) {
        try (RespClient node = new RespClient(port)) {
            for (Object range : (List<?>) node.call("CLUSTER", "SLOTS")) {
                List<?> words = (List<?>) range;
                int nodePort = ((Long) ((List<?>) words.get(2)).get(1)).intValue();
                Redis client = MultiplexedRedis.create(vertx, ContestantType.options(nodePort), new MultiplexerOptions());
                clients.add(client);
                for (long slot = (Long) words.get(0); slot <= (Long) words.get(1); slot++) {
                    bySlot[(int) slot] = client;
                }
            }
        }
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        byte[] key = operation.keyBytes();
        byte[] value = operation.kind() == Operation.Kind.SET ? operation.valueBytes() : null;
        if (operation.kind() != Operation.Kind.GET && operation.kind() != Operation.Kind.SET) {
            throw new IllegalArgumentException(operation.toString());
        }
        String name = operation.key();
        return () -> {
            Request request = value == null ? Request.cmd(Command.GET).arg(key) : Request.cmd(Command.SET).arg(key).arg(value);
            bySlot[ZModem.generate(name)].send(request).onComplete(result -> {
                if (result.succeeded()) {
                    caller.succeeded(value == null ? result.result().toBytes().length : 0);
                } else {
                    caller.failed(result.cause());
                }
            });
        };
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        throw new IllegalArgumentException("Only asynchronously");
    }

    @Override
    public void close() {
        clients.forEach(Redis::close);
    }
}
