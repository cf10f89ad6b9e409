package io.quarkiverse.redis.multiplexer.faults;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/**
 * One user of the client, who does one thing after the other. Has a key of its own, and knows what may be in it: what it last
 * set, or whatever it tried to set without being told that it did not work. One thread at a time.
 */
final class Caller {

    private static final int LARGE_FACTOR = 40;
    private static final double LARGEST_TO_SMALLEST = 50;

    private final String key;
    private final Ledger ledger;
    private final SplittableRandom random;
    private final int largest;
    private final Set<Value> perhapsSet = new HashSet<>();
    private Value lastSet;
    private long values;

    /** @param largest how large its values are, at most; 0 if they are just as large as they must be */
    Caller(int number, Ledger ledger, SplittableRandom random, int largest) {
        this.largest = largest;
        this.key = "key:" + number;
        this.ledger = ledger;
        this.random = random;
    }

    Step next() {
        int choice = random.nextInt(100);
        if (largest > 0) {
            return choice < 50 ? set(freshValue()) : get();
        }
        if (choice < 30) {
            return ledger.increment(random.nextInt(Integer.MAX_VALUE));
        }
        if (choice < 55) {
            return set(freshValue());
        }
        if (choice < 80) {
            return get();
        }
        return choice < 90 ? ledger.push() : ledger.pop();
    }

    /** Up to twice {@code mean}, in milliseconds; longer where there is more to do. */
    long pause(int mean) {
        return 1 + random.nextInt((largest > 0 ? LARGE_FACTOR : 2) * mean);
    }

    private Value freshValue() {
        // As many from 100 kB to 700 kB as from there to 5 MB.
        double size = largest * Math.exp(-random.nextDouble() * Math.log(LARGEST_TO_SMALLEST));
        return new Value(key, ++values, (int) size);
    }

    private Step set(Value value) {
        return new Step() {
            @Override
            public Verb verb() {
                return Verb.SET;
            }

            @Override
            public String[] arguments() {
                return new String[] { key, value.text() };
            }

            @Override
            public boolean acknowledged(Object reply) {
                lastSet = value;
                return "OK".equals(reply);
            }

            @Override
            public void failed(Fate fate) {
                if (fate == Fate.SENT) {
                    perhapsSet.add(value);
                }
            }
        };
    }

    private Step get() {
        return new Step() {
            @Override
            public Verb verb() {
                return Verb.GET;
            }

            @Override
            public String[] arguments() {
                return new String[] { key };
            }

            @Override
            public boolean acknowledged(Object reply) {
                if (reply == null) {
                    if (lastSet != null) {
                        ledger.lost.increment();
                    }
                    return true;
                }
                Value value = reply instanceof String text ? Value.of(key, text) : null;
                if (value != null && !value.equals(lastSet) && !perhapsSet.contains(value)) {
                    ledger.lost.increment();
                }
                return value != null;
            }

            @Override
            public void failed(Fate fate) {
                // Nothing has been changed, and nothing been learnt.
            }
        };
    }
}
