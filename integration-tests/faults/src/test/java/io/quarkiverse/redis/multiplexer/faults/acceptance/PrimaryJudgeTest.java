package io.quarkiverse.redis.multiplexer.faults.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;

/** What a client does wrong to a primary's callers is found. */
class PrimaryJudgeTest {

    private final Findings findings = new Findings(new PrintStream(new ByteArrayOutputStream()));
    private final Counters client = new Counters();

    @AfterEach
    void end() {
        client.endLoops();
    }

    private PrimaryJudge judge() throws InterruptedException {
        Callers callers = Callers.start(client, Callers.ONE_SHARD, new SplittableRandom(1));
        while (client.calls.get() < 2000) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        callers.stop();
        return new PrimaryJudge(findings, callers);
    }

    private Object stored(String key) {
        long value = client.counters.getOrDefault(key, 0L);
        return String.valueOf(Math.max(0, value + client.error));
    }

    private List<String> broken() {
        return findings.broken().stream().map(Finding::name).toList();
    }

    @Test
    void aClientThatKeepsAllLimits() throws Exception {
        PrimaryJudge judge = judge();
        judge.noFailures();
        judge.onlyUnderWayFailed();
        judge.nothingLate();
        judge.counters(this::stored, PrimaryJudge.Losses.NONE);
        assertEquals(List.of(), broken());
    }

    @Test
    void failuresAreFoundAndThatTheyAreToldAsNotSent() throws Exception {
        client.failing = true;
        PrimaryJudge judge = judge();
        judge.noFailures();
        judge.onlyUnderWayFailed();
        assertEquals(List.of("failures", "failures", "failures as not sent"), broken());
    }

    @Test
    void whatIsLostIsTheClientsUnlessTheServersMayLoseIt() throws Exception {
        client.error = -2;
        PrimaryJudge judge = judge();
        judge.counters(this::stored, PrimaryJudge.Losses.ANY);
        assertEquals(List.of(), broken());
        judge.counters(this::stored, PrimaryJudge.Losses.LAST_OF_CALLERS);
        assertEquals(List.of("acknowledged increments that are lost"), broken());
    }

    @Test
    void whatWasDoneTwiceIsFound() throws Exception {
        client.error = 1;
        judge().counters(this::stored, PrimaryJudge.Losses.ANY);
        assertEquals(List.of("increments that nobody was told of"), broken());
    }

    @Test
    void aTimeWithoutSuccessIsFound() throws Exception {
        long start = System.nanoTime();
        PrimaryJudge judge = judge();
        long end = System.nanoTime();
        judge.longestPause(start, end + TimeUnit.SECONDS.toNanos(2), 1000, true);
        judge.recovery(end, 0, 1000);
        assertEquals(List.of("longest time without a success, ms", "first success after, ms"), broken());
        assertTrue(findings.all().stream().anyMatch(finding -> finding.value().equals("never")));
    }

    /** Counts, or fails. */
    private static final class Counters implements Contestant {

        final Map<String, Long> counters = new ConcurrentHashMap<>();
        final AtomicLong calls = new AtomicLong();
        /** What the server has more of than it has counted. */
        long error;
        boolean failing;
        private final List<ExecutorService> loops = List.of(Executors.newSingleThreadExecutor());

        @Override
        public CompletionStage<Object> send(Call call) {
            calls.incrementAndGet();
            if (failing) {
                return CompletableFuture.failedFuture(new IllegalStateException("no"));
            }
            return CompletableFuture.completedFuture(call.verb() == Verb.INCR
                    ? counters.merge(call.arguments().get(0), 1L, Long::sum)
                    : "OK");
        }

        @Override
        public CompletionStage<Object> batch(List<Call> some) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean hasTransactions() {
            return false;
        }

        @Override
        public CompletionStage<Session> connect() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Fate fate(Throwable failure) {
            return Fate.UNSENT;
        }

        @Override
        public void subscribe(String channel, Runnable onMessage) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Executor> loops() {
            return List.copyOf(loops);
        }

        @Override
        public void close() {
            // Nothing is open.
        }

        @Override
        public void endLoops() {
            loops.forEach(ExecutorService::shutdown);
        }
    }
}
