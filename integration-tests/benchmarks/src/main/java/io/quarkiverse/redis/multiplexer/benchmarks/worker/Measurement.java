package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Contestant;
import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/** Lets callers loose on a contestant, and takes the time and the usage between the warm-up and the end. */
final class Measurement {

    private final Vertx vertx;
    private final Context[] loops;

    /** @param loops how many of the event loops of {@code vertx} callers use */
    Measurement(Vertx vertx, int loops) {
        this.vertx = vertx;
        this.loops = new Context[loops];
        for (int i = 0; i < loops; i++) {
            // New contexts go to one event loop after the other.
            this.loops[i] = ((VertxInternal) vertx).createEventLoopContext();
        }
    }

    Sample take(Task task) throws Exception {
        try (Servers servers = new Servers(task.serverPorts())) {
            int othersConnections = servers.connections();
            Contestant.Factory factory = ContestantType.of(task.contestant()).factory();
            try (Contestant contestant = factory.connect(vertx, task.port())) {
                if (!task.workload().isDisturbed()) {
                    return take(task, contestant, servers, othersConnections);
                }
                try (Contestant apart = factory.connect(vertx, task.port())) {
                    Run disturbance = new Run(1);
                    start(task.workload().isShared() ? contestant : apart, Workload.GET_10M,
                            new Callers(task.callers().kind(), 1), disturbance);
                    Sample sample = take(task, contestant, servers, othersConnections);
                    disturbance.end();
                    disturbance.awaitEnd();
                    return sample;
                }
            }
        }
    }

    private Sample take(Task task, Contestant contestant, Servers servers, int othersConnections)
            throws InterruptedException {
        Run run = new Run(task.callers().count());
        start(contestant, task.workload(), task.callers(), run);
        TimeUnit.MILLISECONDS.sleep(task.warmUpMillis());
        Usage before = Usage.now(servers);
        run.measure();
        TimeUnit.MILLISECONDS.sleep(task.measuredMillis());
        Usage after = Usage.now(servers);
        run.end();
        int connections = servers.connections() - othersConnections;
        run.awaitEnd();
        return sample(run, before, after, connections);
    }

    private void start(Contestant contestant, Workload workload, Callers callers, Run run) {
        ThreadFactory threads = switch (callers.kind()) {
            case LOOPS -> null;
            case THREADS -> Thread::new;
            case VIRTUAL -> virtualThreads();
        };
        for (int i = 0; i < callers.count(); i++) {
            if (threads == null) {
                LoopCaller caller = new LoopCaller(vertx, run, contestant, workload.operations(i));
                loops[i % loops.length].runOnContext(now -> caller.start());
            } else {
                threads.newThread(new ThreadCaller(run, contestant, workload.operations(i))).start();
            }
        }
    }

    private static Sample sample(Run run, Usage before, Usage after, int connections) {
        Histogram latencies = run.latencies().sum();
        double ops = Math.max(1, latencies.getTotalCount());
        double seconds = (after.nanoTime() - before.nanoTime()) / 1e9;
        return new Sample(latencies.getTotalCount() / seconds, latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3, latencies.getValueAtPercentile(99.9) / 1e3,
                (after.allocatedBytes() - before.allocatedBytes()) / ops,
                (after.clientCpuNanos() - before.clientCpuNanos()) / 1e3 / ops,
                (after.serverCpuMicros() - before.serverCpuMicros()) / ops, connections, run.errors(), run.firstError());
    }

    /** {@code Thread.ofVirtual().factory()}, which the Java that this is compiled for does not have. */
    private static ThreadFactory virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
            return (ThreadFactory) factory.invoke(builder);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Virtual threads need Java 21 or newer", e);
        }
    }
}
