package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** Callers who wait for elements of one list, again and again, and what they have got. */
final class Poppers {

    static final String LIST = "list";

    private static final int PAUSE_MILLIS = 50;

    private final Contestant client;
    private final Answers answers;
    private final String seconds;
    private final List<String> popped = Collections.synchronizedList(new ArrayList<>());
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<String> pushFailures = new ArrayList<>();
    private List<CompletableFuture<Void>> ends = List.of();
    private int pushed;
    private volatile boolean stopping;

    private Poppers(Contestant client, String seconds) {
        this.client = client;
        this.answers = new Answers(client);
        this.seconds = seconds;
    }

    /** @param seconds for how long each waits at a time */
    static Poppers start(Contestant client, int count, String seconds) {
        Poppers poppers = new Poppers(client, seconds);
        poppers.ends = IntStream.range(0, count).mapToObj(i -> poppers.startWaiting()).toList();
        return poppers;
    }

    private CompletableFuture<Void> startWaiting() {
        CompletableFuture<Void> end = new CompletableFuture<>();
        waitForOne(end);
        return end;
    }

    private void waitForOne(CompletableFuture<Void> end) {
        CompletableFuture<Object> reply;
        try {
            reply = client.send(Call.of(Verb.BLPOP, LIST, seconds)).toCompletableFuture();
        } catch (RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        reply.whenComplete((element, failure) -> {
            if (failure != null) {
                failures.add(Failures.words(Failures.cause(failure)));
            } else if (element != null) {
                popped.add((String) ((List<?>) element).get(1));
            }
            if (stopping) {
                end.complete(null);
            } else {
                CompletableFuture.runAsync(() -> waitForOne(end),
                        CompletableFuture.delayedExecutor(failure == null ? 0 : PAUSE_MILLIS, TimeUnit.MILLISECONDS));
            }
        });
    }

    /** One after the other, until there have been so many. */
    void push(int until) throws InterruptedException {
        for (; pushed < until; pushed++) {
            Object answer = answers.of(Verb.RPUSH, LIST, String.valueOf(pushed));
            if (answer instanceof Throwable) {
                pushFailures.add(Answers.words(answer));
            }
        }
    }

    /** Until all that have been pushed have been popped, or for a while. */
    void awaitPopped() throws InterruptedException {
        long start = System.nanoTime();
        while (popped.size() < pushed && System.nanoTime() - start < Ground.DEADLINE.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Nobody is to begin to wait any more. */
    void stop() {
        stopping = true;
    }

    /** Waits until nobody waits any more; for a minute. */
    void awaitEnd() throws Exception {
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);
    }

    void judge(Findings findings) {
        findings.tell("elements", pushed);
        findings.none("failed pushes", pushFailures);
        findings.none("failed BLPOP", failures);
        Map<String, Integer> times = new HashMap<>();
        popped.forEach(element -> times.merge(element, 1, Integer::sum));
        findings.atMost("elements never popped", pushed - times.size(), 0);
        findings.atMost("elements popped twice", times.values().stream().filter(count -> count > 1).count(), 0);
    }
}
