package io.quarkiverse.redis.multiplexer.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/**
 * What many clients cost that have nothing to do.
 *
 * @param bytesEach of the heap, for a client that was never used
 * @param threads that their construction started
 * @param connections that their construction opened
 * @param connectedBytesEach of the heap, for a client with one connection, after one command
 */
record IdleClients(int count, long bytesEach, int threads, int connections, long connectedBytesEach) {

    private static final int COUNT = 1000;
    private static final int CONNECTED = 100;

    static IdleClients measure() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (RedisServer server = RedisServer.start(); RespClient observer = server.client()) {
            // What is shared by all clients, or only loaded once, is there when the counting begins.
            answered(List.of(create(vertx, server)));
            int connections = observer.connections().size();
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            long before = usedHeap();
            List<MultiplexedRedis> clients = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                clients.add(create(vertx, server));
            }
            long after = usedHeap();
            int moreThreads = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
            int moreConnections = observer.connections().size() - connections;
            answered(clients.subList(0, CONNECTED));
            long connected = usedHeap();
            vertx.close().toCompletionStage().toCompletableFuture().join();
            return new IdleClients(clients.size(), (after - before) / COUNT, moreThreads, moreConnections,
                    (connected - after) / CONNECTED);
        }
    }

    private static MultiplexedRedis create(Vertx vertx, RedisServer server) {
        return MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(server.url()), new MultiplexerOptions());
    }

    private static void answered(List<MultiplexedRedis> clients) {
        Future.all(clients.stream().map(client -> client.send(Request.cmd(Command.PING))).toList())
                .toCompletionStage().toCompletableFuture().join();
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "%d idle clients: %,d bytes of heap each (%,d with a connection), %d threads, %d connections", count,
                bytesEach, connectedBytesEach, threads, connections);
    }
}
