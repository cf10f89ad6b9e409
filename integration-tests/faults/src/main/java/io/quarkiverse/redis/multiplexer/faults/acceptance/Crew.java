package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads that do something again and again, until they are stopped. */
final class Crew {

    /** What one of them does. */
    interface Task {

        void run() throws Exception;
    }

    private final List<Future<?>> members = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean stopping;

    void add(Task task) {
        members.add(threads.submit(() -> {
            while (!stopping) {
                task.run();
            }
            return null;
        }));
    }

    /** Returns when all have ended. An exception that ended one of them is a finding, as is one that does not end. */
    void stop(Findings findings) throws InterruptedException {
        stopping = true;
        List<String> failures = new ArrayList<>();
        for (Future<?> member : members) {
            try {
                member.get(1, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                failures.add(Failures.words(e.getCause()));
            } catch (TimeoutException e) {
                failures.add("does not end");
            }
        }
        threads.shutdownNow();
        findings.none("callers with wrong replies, or that do not end", failures);
    }
}
