package io.quarkiverse.redis.multiplexer.nativeimage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Requests for something that comes from Redis, of several callers at the same time. */
record HttpLoad(String path, int requests) implements Load {

    private static final int CALLERS = 16;

    @Override
    public String name() {
        return "requests_per_second";
    }

    @Override
    public double perSecond(RunningApplication application) throws Exception {
        int each = Math.max(1, requests / CALLERS);
        Callable<Void> caller = () -> {
            for (int i = 0; i < each; i++) {
                Http.Answer answer = application.http().get(path);
                Failed.unless(answer.status() == 200, "GET " + path + " under load answers " + answer);
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            long begin = System.nanoTime();
            List<Future<Void>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(threads.submit(caller));
            }
            for (Future<Void> done : callers) {
                done.get();
            }
            return (double) each * CALLERS * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - begin);
        } finally {
            threads.shutdownNow();
        }
    }
}
