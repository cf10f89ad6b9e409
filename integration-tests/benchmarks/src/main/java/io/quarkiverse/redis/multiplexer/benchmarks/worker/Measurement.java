package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Contestant;
import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/** Lets callers or subscribers loose on a contestant, and takes the time and the usage between the warm-up and the end. */
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
        Contestant.Factory factory = ContestantType.of(task.contestant()).factory();
        try (Servers servers = new Servers(task.serverPorts())) {
            return switch (task.workload().course()) {
                case CALLS -> takeCalls(task, factory, servers);
                case BROADCAST -> takeBroadcast(task, factory, servers);
                case STARTS -> new Starts(vertx, loops[0], factory).takeMany(task, servers);
                case FIRST_START -> new Starts(vertx, loops[0], factory).takeFirst(task, servers);
            };
        }
    }

    private Sample takeBroadcast(Task task, Contestant.Factory factory, Servers servers) throws Exception {
        int othersConnections = servers.connections();
        try (Contestant contestant = factory.connect(vertx, task.port())) {
            Broadcast broadcast = task.workload().broadcast(task.callers().count());
            return new Broadcasting(loops, broadcast).take(task, contestant, servers, othersConnections);
        }
    }

    private Sample takeCalls(Task task, Contestant.Factory factory, Servers servers) throws Exception {
        int othersConnections = servers.connections();
        task.workload().begin(servers);
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

    private Sample take(Task task, Contestant contestant, Servers servers, int othersConnections)
            throws InterruptedException {
        Run run = new Run(task.callers().count());
        start(contestant, task.workload(), task.callers(), run);
        TimeUnit.MILLISECONDS.sleep(task.warmUpMillis());
        Footprint footprint = task.workload().isAboutMemory() ? Footprint.now() : Footprint.UNKNOWN;
        Usage before = Usage.now(servers);
        run.measure();
        TimeUnit.MILLISECONDS.sleep(task.measuredMillis());
        Usage after = Usage.now(servers);
        run.end();
        int connections = servers.connections() - othersConnections;
        run.awaitEnd();
        return Sample.of(run.latencies().sum(), before, after, connections, run.errors(), run.firstError()).with(footprint);
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
