package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Contestant;
import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Operation;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * Measures how long it takes from the creation of a client to the reply to its first request: what an application waits for
 * after its start, or after it was reloaded.
 */
final class Starts {

    private static final int PATIENCE_SECONDS = 20;

    private final Vertx vertx;
    private final Context loop;
    private final Contestant.Factory factory;
    private final Latencies latencies = new Latencies();
    private int connections;

    /** @param loop where the first request is made */
    Starts(Vertx vertx, Context loop, Contestant.Factory factory) {
        this.vertx = vertx;
        this.loop = loop;
        this.factory = factory;
    }

    /** One after the other, in a process that knows how to do it by then. */
    Sample takeMany(Task task, Servers servers) throws Exception {
        repeat(task, servers, task.warmUpMillis(), new Latencies());
        Usage before = Usage.now(servers);
        repeat(task, servers, task.measuredMillis(), latencies);
        return sample(before, servers);
    }

    /** The first one of this process. */
    Sample takeFirst(Task task, Servers servers) throws Exception {
        Usage before = Usage.now(servers);
        latencies.record(start(task, servers));
        return sample(before, servers);
    }

    /** Of a second, so many would be possible, if nobody had to close anything. */
    private Sample sample(Usage before, Servers servers) {
        Histogram taken = latencies.sum();
        return Sample.of(taken, before, Usage.now(servers), connections, 0, null).with(1e9 / taken.getMean());
    }

    private void repeat(Task task, Servers servers, long millis, Latencies taken) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            taken.record(start(task, servers));
        } while (System.nanoTime() - end < 0);
    }

    /** @return how long it took */
    private long start(Task task, Servers servers) throws Exception {
        Set<String> others = servers.namesOfConnections();
        Operation operation = task.workload().operations(0).get(0);
        long begin = System.nanoTime();
        try (Contestant contestant = factory.connect(vertx, task.port())) {
            First first = new First();
            loop.runOnContext(now -> contestant.asynchronous(operation, first).run());
            int bytes = first.reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long nanos = System.nanoTime() - begin;
            if (bytes != operation.replyBytes()) {
                throw new IllegalStateException("A reply of " + bytes + " bytes");
            }
            Set<String> own = servers.namesOfConnections();
            // Of those before, some may have gone only now.
            own.removeAll(others);
            connections = own.size();
            return nanos;
        }
    }

    /** Waits for the reply. */
    private static final class First implements Contestant.Caller {

        private final CompletableFuture<Integer> reply = new CompletableFuture<>();

        @Override
        public void succeeded(int replyBytes) {
            reply.complete(replyBytes);
        }

        @Override
        public void failed(Throwable cause) {
            reply.completeExceptionally(cause);
        }
    }
}
