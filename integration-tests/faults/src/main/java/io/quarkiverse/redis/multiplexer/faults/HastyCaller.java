package io.quarkiverse.redis.multiplexer.faults;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/**
 * Sets and gets one key of its own without waiting for replies: what it gets is never older than what it has got or been told
 * before, nor newer than what it had sent before.
 */
final class HastyCaller implements Actor {

    private static final int LENGTH = 8;

    /**
     * What one command of a burst tells of the key.
     *
     * @param number of the value in it, 0 for none
     * @param newest number that had been sent before
     * @param perhaps whether it may be there or not
     */
    record Seen(long number, long newest, Write write, boolean perhaps) {
    }

    private final String key;
    private final Ledger ledger;
    private final SplittableRandom random;
    /** Numbers of values whose commands failed as sent: they may come at any time. */
    private final Set<Long> perhaps = new HashSet<>();
    private long sent;
    private Seen last;

    HastyCaller(int number, Ledger ledger, SplittableRandom random) {
        this.key = "hasty:" + number;
        this.ledger = ledger;
        this.random = random;
        last = new Seen(0, 0, Write.to(key, System.nanoTime()), false);
    }

    @Override
    public CompletableFuture<?> act(Tally tally) {
        Burst burst = new Burst();
        List<CompletableFuture<?>> ends = new ArrayList<>();
        for (int i = 0; i < LENGTH; i++) {
            ends.add(tally.perform(random.nextBoolean() ? burst.set(i) : burst.get(i)));
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenRun(() -> burst.seen().forEach(this::judge));
    }

    @Override
    public long pause(int mean) {
        return 1 + random.nextInt(2 * mean);
    }

    void judge(Seen seen) {
        if (seen.perhaps) {
            perhaps.add(seen.number);
        } else if (seen.number > seen.newest) {
            ledger.found(ledger.reordered, "%s: a GET sent after %d got %d", key, seen.newest, seen.number);
        } else if (seen.number >= last.number) {
            last = seen;
        } else if (!perhaps.contains(seen.number)) {
            if (ledger.mayBeUndone(last.write)) {
                ledger.undoneAtKills.increment();
            } else {
                ledger.found(ledger.reordered, "%s: %d came after %d, of %s", key, seen.number, last.number, last.write.age());
            }
            last = seen;
        }
    }

    /** Commands that are sent one after the other. Their replies may come on any thread. */
    final class Burst {

        private final Seen[] seen = new Seen[LENGTH];

        Step set(int index) {
            long number = ++sent;
            return new SingleStep(Call.of(Verb.SET, key, new Value(key, number, 0).text())) {
                @Override
                public boolean acknowledged(Object reply) {
                    tell(index, new Seen(number, number, Write.to(key, begun()), false));
                    return "OK".equals(reply);
                }

                @Override
                public void failed(Fate fate) {
                    if (fate == Fate.SENT) {
                        tell(index, new Seen(number, number, Write.to(key, begun()), true));
                    }
                }
            };
        }

        Step get(int index) {
            long newest = sent;
            return new SingleStep(Call.of(Verb.GET, key)) {
                @Override
                public boolean acknowledged(Object reply) {
                    Value value = reply instanceof String text ? Value.of(key, text) : null;
                    tell(index, new Seen(value == null ? 0 : value.number(), newest, Write.to(key, begun()), false));
                    return value != null || reply == null;
                }

                @Override
                public void failed(Fate fate) {
                    // Nothing has been changed, and nothing been learnt.
                }
            };
        }

        private synchronized void tell(int index, Seen told) {
            seen[index] = told;
        }

        /** In the order in which the commands were sent, without those that tell nothing. */
        synchronized List<Seen> seen() {
            List<Seen> all = new ArrayList<>();
            for (Seen one : seen) {
                if (one != null) {
                    all.add(one);
                }
            }
            return all;
        }
    }
}
