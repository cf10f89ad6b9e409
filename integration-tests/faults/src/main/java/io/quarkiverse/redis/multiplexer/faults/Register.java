package io.quarkiverse.redis.multiplexer.faults;

import java.util.HashSet;
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
    private Version last;
    private Version before;
    private long values;

    Register(String key, Ledger ledger) {
        this.key = key;
        this.ledger = ledger;
        last = new Version(null, Write.to(key, System.nanoTime()));
        before = last;
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
        before = last;
        last = new Version(value, Write.to(key, begun));
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
        if (value == null ? last.value == null || perhaps.contains(null)
                : value.equals(last.value) || perhaps.contains(value)) {
            return true;
        }
        if (Objects.equals(value, before.value) && ledger.mayBeUndone(last.write)) {
            ledger.lostAtKills.increment();
            last = before;
        } else {
            ledger.found(ledger.lost, "%s has %s; %s was acknowledged, %s before it, and perhaps %s", key, number(value),
                    last, before, perhaps.stream().map(Register::number).toList());
        }
        return true;
    }

    private static String number(Value value) {
        return value == null ? "nothing" : String.valueOf(value.number());
    }

    boolean isSurelyThere() {
        return last.value != null && !perhaps.contains(null) && !ledger.mayBeUndone(last.write);
    }

    boolean isSurelyNotThere() {
        return last.value == null && perhaps.stream().noneMatch(Objects::nonNull) && !ledger.mayBeUndone(last.write);
    }
}
