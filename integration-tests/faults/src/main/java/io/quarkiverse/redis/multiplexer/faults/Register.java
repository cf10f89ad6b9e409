package io.quarkiverse.redis.multiplexer.faults;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;

/**
 * A key of one caller alone, and what may be in it: what it last set, or whatever it tried to set without being told that it
 * did not work. One thread at a time.
 */
final class Register {

    /** @param value {@code null} for none */
    private record Version(Value value, Write write) {

        @Override
        public String toString() {
            return number(value) + " " + write.age();
        }
    }

    private final String key;
    private final Ledger ledger;
    private final Set<Value> perhaps = new HashSet<>();
    /** The latest is the last one. Only as many as may have been undone, and the one before them. */
    private final Deque<Version> versions = new ArrayDeque<>();
    private long values;

    Register(String key, Ledger ledger) {
        this.key = key;
        this.ledger = ledger;
        versions.add(new Version(null, Write.to(key, System.nanoTime())));
    }

    String key() {
        return key;
    }

    /** One that it has never had. */
    Value fresh(int size) {
        return new Value(key, ++values, size);
    }

    /** @param value {@code null} if the key was deleted */
    void written(Value value, long begun) {
        versions.add(new Version(value, Write.to(key, begun)));
        if (versions.size() > ledger.mostUndone() + 1) {
            versions.removeFirst();
        }
    }

    /** @param value {@code null} if the key was to be deleted */
    void failed(Value value, Fate fate) {
        if (fate == Fate.SENT) {
            perhaps.add(value);
        }
    }

    /** @return whether a server may have answered that; adds to the ledger what it shows to be lost */
    boolean read(Object reply) {
        Value value = reply instanceof String text ? Value.of(key, text) : null;
        if (value == null && reply != null) {
            return false;
        }
        if (Objects.equals(value, versions.getLast().value) || perhaps.contains(value)) {
            return true;
        }
        int undone = undoneIfThereIs(value);
        if (undone > 0) {
            ledger.lostAtKills.add(undone);
            for (int i = 0; i < undone; i++) {
                versions.removeLast();
            }
        } else {
            ledger.found(ledger.lost, "%s has %s; in this order these were acknowledged: %s, and perhaps %s", key,
                    number(value), versions, perhaps.stream().map(Register::number).toList());
        }
        return true;
    }

    /** How many of the latest writes must have been undone; 0 if that can't be. */
    private int undoneIfThereIs(Value value) {
        int undone = 0;
        for (Iterator<Version> latestFirst = versions.descendingIterator(); latestFirst.hasNext(); undone++) {
            Version version = latestFirst.next();
            if (undone > 0 && Objects.equals(value, version.value)) {
                return undone;
            }
            if (!ledger.mayBeUndone(version.write)) {
                return 0;
            }
        }
        return 0;
    }

    private static String number(Value value) {
        return value == null ? "nothing" : String.valueOf(value.number());
    }

    boolean isSurelyThere() {
        Version last = versions.getLast();
        return last.value != null && !perhaps.contains(null) && !ledger.mayBeUndone(last.write);
    }

    boolean isSurelyNotThere() {
        Version last = versions.getLast();
        return last.value == null && perhaps.stream().noneMatch(Objects::nonNull) && !ledger.mayBeUndone(last.write);
    }
}
