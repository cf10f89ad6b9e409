package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** Sends batches with keys of its own, and a counter, in several slots; and transactions. */
final class BatchCaller implements Actor {

    private final Register first;
    private final Register second;
    private final Twins twins;
    private final Ledger ledger;
    private final SplittableRandom random;
    private final boolean transactions;

    BatchCaller(int number, Ledger ledger, SplittableRandom random, boolean transactions) {
        this.first = new Register("batch:" + number + ":first", ledger);
        this.second = new Register("batch:" + number + ":second", ledger);
        this.twins = ledger.twins(number);
        this.ledger = ledger;
        this.random = random;
        this.transactions = transactions;
    }

    @Override
    public CompletableFuture<?> act(Tally tally) {
        return tally.perform(transactions && random.nextBoolean() ? twins.increment() : batch());
    }

    @Override
    public long pause(int mean) {
        return 1 + random.nextInt(2 * mean);
    }

    private Step batch() {
        Value one = first.fresh(0);
        Value other = second.fresh(0);
        Counter counter = ledger.counter(random.nextInt(Integer.MAX_VALUE));
        return new BatchStep(List.of(set(one), set(other), get(one), counter.increment(), get(other))) {
            @Override
            boolean answered(List<?> replies) {
                first.written(one, begun());
                second.written(other, begun());
                expect(one, replies.get(2), begun());
                expect(other, replies.get(4), begun());
                return counter.acknowledged(replies.get(3), begun()) & "OK".equals(replies.get(0))
                        & "OK".equals(replies.get(1)) & first.read(replies.get(2)) & second.read(replies.get(4));
            }

            /** Part of it may have been executed, even if an error of the server says that another part was not. */
            @Override
            public void failed(Fate fate) {
                Fate worst = fate == Fate.UNSENT ? fate : Fate.SENT;
                first.failed(one, worst);
                second.failed(other, worst);
                counter.failed(worst);
            }
        };
    }

    /** What was set first may be gone with the server that had it. */
    private void expect(Value written, Object read, long begun) {
        if (!written.text().equals(read) && !ledger.mayBeUndone(Write.to(written.key(), begun))) {
            ledger.found(ledger.reordered, "a batch set %s to %d and got %s", written.key(), written.number(), read);
        }
    }

    private static Call set(Value value) {
        return Call.of(Verb.SET, value.key(), value.text());
    }

    private static Call get(Value value) {
        return Call.of(Verb.GET, value.key());
    }
}
