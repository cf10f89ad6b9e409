package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.Objects;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** Two counters in one slot, incremented in transactions: whatever happens, they are the same. Thread-safe. */
final class Twins {

    private final Ledger ledger;
    private final Counter first;
    private final Counter second;

    Twins(int number, Ledger ledger) {
        this.ledger = ledger;
        this.first = new Counter("{twins:" + number + "}:first", ledger);
        this.second = new Counter("{twins:" + number + "}:second", ledger);
    }

    /** A transaction of both. */
    Step increment() {
        return new BatchStep(List.of(Call.of(Verb.MULTI), first.increment(), second.increment(), Call.of(Verb.EXEC))) {
            @Override
            boolean answered(List<?> replies) {
                if (!(replies.get(calls().size() - 1) instanceof List<?> numbers) || numbers.size() != 2) {
                    return false;
                }
                if (!Objects.equals(numbers.get(0), numbers.get(1))) {
                    ledger.found(ledger.torn, "a transaction got %s for %s", numbers, first.key());
                }
                return first.acknowledged(numbers.get(0), begun()) & second.acknowledged(numbers.get(1), begun());
            }

            @Override
            public void failed(Fate fate) {
                first.failed(fate);
                second.failed(fate);
            }
        };
    }

    void settle(Ledger.Server server) {
        Object one = server.call("GET", first.key());
        Object other = server.call("GET", second.key());
        if (!Objects.equals(one, other)) {
            ledger.found(ledger.torn, "%s is %s, its twin %s", first.key(), one, other);
        }
        first.settle(one);
        second.settle(other);
    }
}
