package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * Keeps what callers were told, to hold it against what the server has in the end. Thread-safe.
 * <ul>
 * <li>A counter is at least what was acknowledged, and at most that plus what failed as sent. No two increments of one
 * counter get the same number.</li>
 * <li>An element of the queue that was pushed and acknowledged is popped once or still there, but for as many as there were
 * pops that failed as sent: the server may have taken them out.</li>
 * <li>No element is there, or popped, twice.</li>
 * </ul>
 */
final class Ledger {

    static final String QUEUE = "queue";
    private static final int COUNTERS = 32;

    final LongAdder lost = new LongAdder();
    final LongAdder doubled = new LongAdder();
    private final AtomicLongArray incremented = new AtomicLongArray(COUNTERS);
    private final AtomicLongArray perhapsIncremented = new AtomicLongArray(COUNTERS);
    private final List<Set<Long>> numbers = Stream.<Set<Long>> generate(ConcurrentHashMap::newKeySet)
            .limit(COUNTERS).toList();
    private final AtomicLong lastElement = new AtomicLong();
    private final Set<Long> pushed = ConcurrentHashMap.newKeySet();
    private final Set<Long> popped = ConcurrentHashMap.newKeySet();
    private final LongAdder perhapsPopped = new LongAdder();

    Step increment(int random) {
        int index = random % COUNTERS;
        return new Step() {
            @Override
            public Verb verb() {
                return Verb.INCR;
            }

            @Override
            public String[] arguments() {
                return new String[] { counter(index) };
            }

            @Override
            public boolean acknowledged(Object reply) {
                incremented.incrementAndGet(index);
                return reply instanceof Long number && numbers.get(index).add(number);
            }

            @Override
            public void failed(Fate fate) {
                if (fate == Fate.SENT) {
                    perhapsIncremented.incrementAndGet(index);
                }
            }
        };
    }

    Step push() {
        long element = lastElement.incrementAndGet();
        return new Step() {
            @Override
            public Verb verb() {
                return Verb.RPUSH;
            }

            @Override
            public String[] arguments() {
                return new String[] { QUEUE, String.valueOf(element) };
            }

            @Override
            public boolean acknowledged(Object reply) {
                pushed.add(element);
                return reply instanceof Long;
            }

            @Override
            public void failed(Fate fate) {
                // Whether it is there or not, both is right.
            }
        };
    }

    Step pop() {
        return new Step() {
            @Override
            public Verb verb() {
                return Verb.LPOP;
            }

            @Override
            public String[] arguments() {
                return new String[] { QUEUE };
            }

            @Override
            public boolean acknowledged(Object reply) {
                if (reply == null) {
                    return true;
                }
                if (!(reply instanceof String text) || !text.matches("\\d+")) {
                    perhapsPopped.increment();
                    return false;
                }
                if (!popped.add(Long.valueOf(text))) {
                    doubled.increment();
                }
                return true;
            }

            @Override
            public void failed(Fate fate) {
                if (fate == Fate.SENT) {
                    perhapsPopped.increment();
                }
            }
        };
    }

    /** Adds to {@link #lost} and {@link #doubled} what only the server's data shows. */
    void settle(RespClient server) {
        for (int i = 0; i < COUNTERS; i++) {
            Object value = server.call("GET", counter(i));
            long count = value == null ? 0 : Long.parseLong((String) value);
            lost.add(Math.max(0, incremented.get(i) - count));
            doubled.add(Math.max(0, count - incremented.get(i) - perhapsIncremented.get(i)));
        }
        for (Object element : (List<?>) server.call("LRANGE", QUEUE, "0", "-1")) {
            if (!popped.add(Long.valueOf((String) element))) {
                doubled.increment();
            }
        }
        long missing = pushed.stream().filter(element -> !popped.contains(element)).count();
        lost.add(Math.max(0, missing - perhapsPopped.sum()));
    }

    private static String counter(int index) {
        return "counter:" + index;
    }
}
