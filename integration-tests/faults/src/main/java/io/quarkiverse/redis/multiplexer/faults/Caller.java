package io.quarkiverse.redis.multiplexer.faults;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** Does one thing after the other: has a key of its own, and counters and lists with others. */
final class Caller implements Actor {

    private static final int LARGE_FACTOR = 40;
    private static final double LARGEST_TO_SMALLEST = 50;

    private final Register own;
    private final Ledger ledger;
    private final SplittableRandom random;
    private final int largest;

    /** @param largest how large its values are, at most; 0 if they are just as large as they must be */
    Caller(int number, Ledger ledger, SplittableRandom random, int largest) {
        this.largest = largest;
        this.own = new Register("key:" + number, ledger);
        this.ledger = ledger;
        this.random = random;
    }

    @Override
    public CompletableFuture<?> act(Tally tally) {
        return tally.perform(next());
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
        int list = random.nextInt(Integer.MAX_VALUE);
        return choice < 90 ? ledger.push(list) : ledger.pop(list);
    }

    @Override
    public long pause(int mean) {
        return 1 + random.nextInt((largest > 0 ? LARGE_FACTOR : 2) * mean);
    }

    private Value freshValue() {
        // As many from 100 kB to 700 kB as from there to 5 MB.
        double size = largest * Math.exp(-random.nextDouble() * Math.log(LARGEST_TO_SMALLEST));
        return own.fresh((int) size);
    }

    private Step set(Value value) {
        return new SingleStep(Call.of(Verb.SET, own.key(), value.text())) {
            @Override
            public boolean acknowledged(Object reply) {
                own.written(value, begun());
                return "OK".equals(reply);
            }

            @Override
            public void failed(Fate fate) {
                own.failed(value, fate);
            }
        };
    }

    private Step get() {
        return new SingleStep(Call.of(Verb.GET, own.key())) {
            @Override
            public boolean acknowledged(Object reply) {
                return own.read(reply);
            }

            @Override
            public void failed(Fate fate) {
                // Nothing has been changed, and nothing been learnt.
            }
        };
    }
}
