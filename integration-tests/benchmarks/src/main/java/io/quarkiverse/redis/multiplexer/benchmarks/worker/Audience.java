package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Contestant;

/**
 * All subscribers of a broadcast, each of whom counts what it hears: that costs next to nothing. Counts can be read at any
 * time,
 * but to read all of them takes their lines of the cache away from those who count.
 */
final class Audience {

    private static final int WITNESSES = 16;

    private final int expectedBytes;
    private final Counter[] counters;
    private final LongAdder wrong = new LongAdder();

    Audience(int subscribers, int expectedBytes) {
        this.expectedBytes = expectedBytes;
        this.counters = IntStream.range(0, subscribers).mapToObj(i -> new Counter()).toArray(Counter[]::new);
    }

    int size() {
        return counters.length;
    }

    Contestant.Subscriber subscriber(int index) {
        return counters[index];
    }

    /** How many messages have been heard by all of them together. */
    long heard() {
        long sum = 0;
        for (Counter counter : counters) {
            sum += counter.heard();
        }
        return sum;
    }

    /** What the slowest of some of them has heard, who stand for all. */
    long heardByWitnesses() {
        int step = Math.max(1, counters.length / WITNESSES);
        long least = Long.MAX_VALUE;
        for (int i = counters.length - 1; i >= 0; i -= step) {
            least = Math.min(least, counters[i].heard());
        }
        return least;
    }

    /**
     * How many messages too few or too many they have heard, and how many wrong ones. @param each how many everybody should
     * have
     */
    long failures(long each) {
        long sum = wrong.sum();
        for (Counter counter : counters) {
            sum += Math.abs(counter.heard() - each);
        }
        return sum;
    }

    /** One subscriber, who hears one message at a time, and whom others look at. */
    private final class Counter implements Contestant.Subscriber {

        private static final VarHandle HEARD;

        static {
            try {
                HEARD = MethodHandles.lookup().findVarHandle(Counter.class, "heard", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private long heard;

        @Override
        public void heard(int bytes) {
            if (bytes == expectedBytes) {
                HEARD.setOpaque(this, heard + 1);
            } else {
                wrong.increment();
            }
        }

        long heard() {
            return (long) HEARD.getAcquire(this);
        }
    }
}
