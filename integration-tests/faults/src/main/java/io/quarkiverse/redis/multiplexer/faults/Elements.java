package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/**
 * The elements of a list that is used as a queue.
 * <ul>
 * <li>One that was pushed and acknowledged is popped once or still there, but for as many as there were pops that failed as
 * sent: the server may have taken them out.</li>
 * <li>None is there, or popped, twice.</li>
 * </ul>
 * Either may happen to what a killed server took with it. Thread-safe.
 */
final class Elements {

    private final String key;
    /** So that those of another list are not taken for its own. */
    private final String prefix;
    private final Ledger ledger;
    private final AtomicLong last = new AtomicLong();
    private final Map<String, Write> pushed = new ConcurrentHashMap<>();
    private final Map<String, Write> popped = new ConcurrentHashMap<>();
    private final LongAdder perhapsPopped = new LongAdder();

    Elements(String key, Ledger ledger) {
        this.key = key;
        this.prefix = key + "=";
        this.ledger = ledger;
    }

    Step push() {
        String element = prefix + last.incrementAndGet();
        return new SingleStep(Call.of(Verb.RPUSH, key, element)) {
            @Override
            public boolean acknowledged(Object reply) {
                pushed.put(element, Write.to(key, begun()));
                return reply instanceof Long;
            }

            @Override
            public void failed(Fate fate) {
                // Whether it is there or not, both is right.
            }
        };
    }

    Step pop() {
        return new SingleStep(Call.of(Verb.LPOP, key)) {
            @Override
            public boolean acknowledged(Object reply) {
                return reply == null || took(reply, begun());
            }

            @Override
            public void failed(Fate fate) {
                mayHaveTaken(fate);
            }
        };
    }

    /** @param seconds how long it waits for an element */
    Step awaitAndPop(int seconds) {
        return new SingleStep(Call.of(Verb.BLPOP, key, String.valueOf(seconds))) {
            @Override
            public boolean acknowledged(Object reply) {
                if (reply == null) {
                    return true;
                }
                boolean ofThisKey = reply instanceof List<?> pair && pair.size() == 2 && key.equals(pair.get(0));
                return took(ofThisKey ? ((List<?>) reply).get(1) : reply, begun()) && ofThisKey;
            }

            @Override
            public void failed(Fate fate) {
                mayHaveTaken(fate);
            }
        };
    }

    private boolean took(Object reply, long begun) {
        if (!(reply instanceof String text) || !text.startsWith(prefix)) {
            perhapsPopped.increment();
            return false;
        }
        taken(text, Write.to(key, begun));
        return true;
    }

    private void taken(String element, Write write) {
        Write before = popped.put(element, write);
        if (before != null) {
            if (ledger.mayBeUndone(before) || ledger.mayBeUndone(write)) {
                ledger.undoneAtKills.increment();
            } else {
                ledger.found(ledger.doubled, "%s is there or popped again; it was popped %s", element, before.age());
            }
        }
    }

    private void mayHaveTaken(Fate fate) {
        if (fate == Fate.SENT) {
            perhapsPopped.increment();
        }
    }

    /** @param left what the server has in the end */
    void settle(List<?> left) {
        left.forEach(element -> taken((String) element, Write.to(key, System.nanoTime())));
        List<Write> missing = pushed.entrySet().stream().filter(element -> !popped.containsKey(element.getKey()))
                .map(Map.Entry::getValue).toList();
        long undone = missing.stream().filter(ledger::mayBeUndone).count();
        long unexplained = missing.size() - undone - perhapsPopped.sum();
        for (long i = 0; i < unexplained; i++) {
            ledger.found(ledger.lost, "of %s, %d are missing, %d may have been popped", key, missing.size(),
                    perhapsPopped.sum());
        }
        ledger.lostAtKills.add(Math.max(0, undone + Math.min(0, unexplained)));
    }

    String key() {
        return key;
    }
}
