package io.quarkiverse.redis.multiplexer.nativeimage;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads and writes of several callers, without a break. Each must be answered: with what was asked for, or by the client's
 * own words that Redis is not there (status 503).
 */
final class Traffic implements AutoCloseable {

    private static final int CALLERS = 8;
    private static final List<String[]> CALLS = List.of(new String[] { "POST", "/counter/traffic" },
            new String[] { "GET", "/counter/traffic" }, new String[] { "POST", "/leaderboard/Ada" },
            new String[] { "GET", "/leaderboard" });

    private final Http http;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Map<String, Integer> wrong = new ConcurrentHashMap<>();
    private final List<Thread> callers = new ArrayList<>();
    private volatile boolean stopped;

    Traffic(Http http) {
        this.http = http;
        for (int i = 0; i < CALLERS; i++) {
            int first = i;
            Thread caller = new Thread(() -> run(first), "caller-" + i);
            callers.add(caller);
            caller.start();
        }
    }

    /** Requests that got what they asked for. */
    long answered() {
        return answered.get();
    }

    /** Requests that were told that Redis is not there, or that a command may have been lost. */
    long refused() {
        return refused.get();
    }

    /** Ends it. @throws Failed if a request was not answered, or with something else */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread caller : callers) {
            caller.join();
        }
        Failed.unless(wrong.isEmpty(),
                "of " + (answered.get() + refused.get()) + " requests, there were " + new TreeMap<>(wrong));
    }

    private void run(int first) {
        try {
            for (int next = first; !stopped; next++) {
                String[] call = CALLS.get(next % CALLS.size());
                request(call[0], call[1]);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void request(String method, String path) throws InterruptedException {
        try {
            Http.Answer answer = http.send(method, path, "");
            switch (answer.status()) {
                case 200 -> answered.incrementAndGet();
                case 503 -> refused.incrementAndGet();
                default -> wrong.merge(method + " " + path + ": " + answer, 1, Integer::sum);
            }
        } catch (HttpTimeoutException e) {
            wrong.merge(method + " " + path + ": not answered at all", 1, Integer::sum);
        } catch (IOException e) {
            wrong.merge(method + " " + path + ": " + e, 1, Integer::sum);
            // There is nobody any more: that has to be said once, not a million times.
            stopped = true;
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread caller : callers) {
            caller.join();
        }
    }
}
