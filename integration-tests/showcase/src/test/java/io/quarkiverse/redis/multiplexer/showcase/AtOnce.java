package io.quarkiverse.redis.multiplexer.showcase;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Does things at the same time, each on a thread of its own. */
final class AtOnce {

    private static final long TIMEOUT_SECONDS = 60;

    private AtOnce() {
    }

    /** @return the results, in order; throws what the first one that failed has thrown */
    static <T> List<T> run(int times, Callable<T> action) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(times);
        try {
            List<Callable<T>> actions = Collections.nCopies(times, action);
            List<T> results = new ArrayList<>();
            for (Future<T> done : threads.invokeAll(actions, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                results.add(done.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
