package io.quarkiverse.redis.multiplexer.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** Sets, gets and deletes several keys of its own at once, which are in several slots. */
final class ManyKeysCaller implements Actor {

    private static final int KEYS = 12;

    private final List<Register> own;
    private final Random random;

    ManyKeysCaller(int number, Ledger ledger, long seed) {
        own = IntStream.range(0, KEYS).mapToObj(i -> new Register("many:" + number + ":" + i, ledger)).toList();
        random = new Random(seed);
    }

    @Override
    public CompletableFuture<?> act(Tally tally) {
        return tally.perform(next());
    }

    Step next() {
        int choice = random.nextInt(100);
        return choice < 30 ? set(some()) : choice < 90 ? get(someAgain()) : delete(some());
    }

    @Override
    public long pause(int mean) {
        return 1 + random.nextInt(2 * mean);
    }

    /** Each once, in any order. */
    private List<Register> some() {
        List<Register> shuffled = new ArrayList<>(own);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(0, 1 + random.nextInt(KEYS));
    }

    /** Some of them twice. */
    private List<Register> someAgain() {
        List<Register> some = new ArrayList<>(some());
        some.add(some.get(random.nextInt(some.size())));
        return some;
    }

    private Step set(List<Register> keys) {
        List<Value> values = keys.stream().map(key -> key.fresh(0)).toList();
        List<String> arguments = new ArrayList<>();
        values.forEach(value -> arguments.addAll(List.of(value.key(), value.text())));
        return new SingleStep(new Call(Verb.MSET, arguments)) {
            @Override
            public boolean acknowledged(Object reply) {
                IntStream.range(0, keys.size()).forEach(i -> keys.get(i).written(values.get(i), begun()));
                return "OK".equals(reply);
            }

            /** Whatever the client says: of some keys it may not be true. */
            @Override
            public void failed(Fate fate) {
                Fate worst = fate == Fate.UNSENT ? fate : Fate.SENT;
                IntStream.range(0, keys.size()).forEach(i -> keys.get(i).failed(values.get(i), worst));
            }
        };
    }

    private Step get(List<Register> keys) {
        return new SingleStep(new Call(Verb.MGET, names(keys))) {
            @Override
            public boolean acknowledged(Object reply) {
                return reply instanceof List<?> values && values.size() == keys.size()
                        && IntStream.range(0, keys.size()).filter(i -> !keys.get(i).read(values.get(i))).count() == 0;
            }

            @Override
            public void failed(Fate fate) {
                // Nothing has been changed, and nothing been learnt.
            }
        };
    }

    private Step delete(List<Register> keys) {
        return new SingleStep(new Call(Verb.DEL, names(keys))) {
            @Override
            public boolean acknowledged(Object reply) {
                long least = keys.stream().filter(Register::isSurelyThere).count();
                long most = keys.size() - keys.stream().filter(Register::isSurelyNotThere).count();
                keys.forEach(key -> key.written(null, begun()));
                return reply instanceof Long count && least <= count && count <= most;
            }

            @Override
            public void failed(Fate fate) {
                Fate worst = fate == Fate.UNSENT ? fate : Fate.SENT;
                keys.forEach(key -> key.failed(null, worst));
            }
        };
    }

    private static List<String> names(List<Register> keys) {
        return keys.stream().map(Register::key).toList();
    }
}
