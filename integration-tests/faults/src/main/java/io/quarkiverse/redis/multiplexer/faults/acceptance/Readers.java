package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** Callers who only read, keys that all have one value. */
final class Readers {

    private static final int COUNT = 16;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Crew crew = new Crew();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong other = new AtomicLong();
    private volatile String expected;

    private Readers(String expected) {
        this.expected = expected;
    }

    /** @param value of all keys */
    static Readers start(Contestant client, List<String> keys, String value, SplittableRandom random) {
        Readers readers = new Readers(value);
        Answers answers = new Answers(client);
        for (int i = 0; i < COUNT; i++) {
            SplittableRandom own = random.split();
            readers.crew.add(() -> readers.read(answers, keys.get(own.nextInt(keys.size()))));
        }
        return readers;
    }

    private void read(Answers answers, String key) throws InterruptedException {
        String wanted = expected;
        Object value = answers.of(Verb.GET, key);
        if (value instanceof Throwable) {
            failures.add(Answers.words(value));
        } else {
            succeeded.incrementAndGet();
            other.addAndGet(wanted.equals(value) ? 0 : 1);
        }
        TimeUnit.MILLISECONDS.sleep(1);
    }

    /** What all keys have from now on. */
    void expect(String value) {
        expected = value;
    }

    /** Waits until there have been so many more, or for a while. */
    void awaitMore(int count) throws InterruptedException {
        long enough = succeeded.get() + count;
        long start = System.nanoTime();
        while (succeeded.get() < enough && System.nanoTime() - start < TIMEOUT_NANOS) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    long succeeded() {
        return succeeded.get();
    }

    /** How many have not got what is expected so far. */
    long others() {
        return other.get();
    }

    void stop(Findings findings) throws InterruptedException {
        crew.stop(findings);
        findings.tell("reads", succeeded.get());
        findings.none("failed reads", failures);
    }
}
