package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.request;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.redis.client.Command;

/** What tests look at where reads may go to replicas: how many which server has executed, and how many have failed. */
final class ReadsOfReplicas {

    static final int KEYS = 100;

    private ReadsOfReplicas() {
    }

    static String key(int number) {
        return "key" + number % KEYS;
    }

    /** How often a server has executed a command, as it counts. */
    static long calls(RedisCluster servers, int node, String command) {
        String stats = (String) servers.call(node, "INFO", "commandstats");
        return stats.lines().filter(line -> line.startsWith("cmdstat_" + command + ":")).findFirst()
                .map(line -> Long.parseLong(line.replaceFirst(".*:calls=", "").replaceFirst(",.*", ""))).orElse(0L);
    }

    static long calls(RedisCluster servers, Collection<Integer> nodes, String command) {
        return nodes.stream().mapToLong(node -> calls(servers, node, command)).sum();
    }

    /** Begins to count anew. */
    static void forget(RedisCluster servers) {
        for (int node = 0; node < servers.nodes().size(); node++) {
            if (servers.node(node).isAlive()) {
                servers.call(node, "CONFIG", "RESETSTAT");
            }
        }
    }

    /** A thread that reads, a few reads at a time, until it is told to stop. */
    static final class Reader implements AutoCloseable {

        private final AtomicBoolean stopped = new AtomicBoolean();
        final AtomicInteger succeeded = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        volatile Throwable failure;
        private final Thread thread;

        Reader(MultiplexedRedis redis) {
            thread = new Thread(() -> {
                for (int number = 0; !stopped.get(); number++) {
                    redis.send(request(Command.GET, key(number))).onSuccess(reply -> succeeded.incrementAndGet())
                            .onFailure(cause -> {
                                failure = cause;
                                failed.incrementAndGet();
                            });
                    if (number % 10 == 0) {
                        pause();
                    }
                }
            });
            thread.start();
        }

        private void pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(2);
            } catch (InterruptedException e) {
                stopped.set(true);
            }
        }

        @Override
        public void close() throws InterruptedException {
            stopped.set(true);
            thread.join();
        }
    }
}
