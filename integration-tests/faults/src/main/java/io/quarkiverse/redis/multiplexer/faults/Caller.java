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

    private final String key;
    private final Ledger ledger;
    private final SplittableRandom random;
    private final Set<String> perhapsSet = new HashSet<>();
    private String lastSet;
    private long values;

    Caller(int number, Ledger ledger, SplittableRandom random) {
        this.key = "key:" + number;
        this.ledger = ledger;
        this.random = random;
    }

    Step next() {
        int choice = random.nextInt(100);
        if (choice < 30) {
            return ledger.increment(random.nextInt(Integer.MAX_VALUE));
        }
        if (choice < 55) {
            return set(key + "=" + ++values);
        }
        if (choice < 80) {
            return get();
        }
        return choice < 90 ? ledger.push() : ledger.pop();
    }

    /** Up to twice {@code mean}, in milliseconds. */
    long pause(int mean) {
        return 1 + random.nextInt(2 * mean);
    }

    private Step set(String value) {
        return new Step() {
            @Override
            public Verb verb() {
                return Verb.SET;
            }

            @Override
            public String[] arguments() {
                return new String[] { key, value };
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
                if (reply != null && !(reply instanceof String value && value.startsWith(key + "="))) {
                    return false;
                }
                if (reply == null ? lastSet != null : !reply.equals(lastSet) && !perhapsSet.contains(reply)) {
                    ledger.lost.increment();
                }
                return true;
            }

            @Override
            public void failed(Fate fate) {
                // Nothing has been changed, and nothing been learnt.
            }
        };
    }
}
