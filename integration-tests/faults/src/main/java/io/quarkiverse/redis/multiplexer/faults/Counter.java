package io.quarkiverse.redis.multiplexer.faults;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;

/**
 * A key that is incremented by many. It is at least what was acknowledged, and at most that plus what failed as sent. No two
 * increments get the same number, but for one that a killed server took with it. Thread-safe.
 */
final class Counter {

    private final String key;
    private final Ledger ledger;
    private final Map<Long, Write> numbers = new ConcurrentHashMap<>();
    private final Queue<Write> acknowledged = new ConcurrentLinkedQueue<>();
    private final LongAdder perhaps = new LongAdder();

    Counter(String key, Ledger ledger) {
        this.key = key;
        this.ledger = ledger;
    }

    Call increment() {
        return Call.of(Contestant.Verb.INCR, key);
    }

    /** @return whether that may be the reply to an increment */
    boolean acknowledged(Object reply, long begun) {
        Write write = Write.to(key, begun);
        acknowledged.add(write);
        if (!(reply instanceof Long number)) {
            return false;
        }
        Write other = numbers.put(number, write);
        return other == null || ledger.mayBeUndone(other) || ledger.mayBeUndone(write);
    }

    void failed(Fate fate) {
        if (fate == Fate.SENT) {
            perhaps.increment();
        }
    }

    /** @param value what the server has in the end */
    void settle(Object value) {
        long count = value == null ? 0 : Long.parseLong((String) value);
        long missing = Math.max(0, acknowledged.size() - count);
        long undone = Math.min(missing, acknowledged.stream().filter(ledger::mayBeUndone).count());
        ledger.lostAtKills.add(undone);
        long most = acknowledged.size() + perhaps.sum();
        for (long i = undone; i < missing; i++) {
            ledger.found(ledger.lost, "%s is %d, %d were acknowledged", key, count, acknowledged.size());
        }
        for (long i = most; i < count; i++) {
            ledger.found(ledger.doubled, "%s is %d, %d were acknowledged or may have been executed", key, count, most);
        }
    }

    String key() {
        return key;
    }
}
