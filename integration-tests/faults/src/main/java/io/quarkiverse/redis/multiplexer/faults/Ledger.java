package io.quarkiverse.redis.multiplexer.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;

/**
 * Keeps what callers were told, to hold it against what the server has in the end. What a server that was killed took with it,
 * because its replica had not got it, is counted apart. Thread-safe.
 */
final class Ledger {

    private static final int COUNTERS = 32;
    private static final int MOST_SAMPLES = 20;

    final LongAdder lost = new LongAdder();
    final LongAdder doubled = new LongAdder();
    /** Writes of one caller to one key that took effect in another order than they were sent in, or not together. */
    final LongAdder reordered = new LongAdder();
    final LongAdder torn = new LongAdder();
    final LongAdder lostAtKills = new LongAdder();
    final LongAdder undoneAtKills = new LongAdder();
    /** In words, the first of what there should not be. */
    private final Queue<String> samples = new ConcurrentLinkedQueue<>();
    private final Predicate<Write> undone;
    private final Supplier<String> when;
    private final int mostUndone;
    private final List<Counter> counters;
    private final List<Elements> lists;
    private final List<Twins> twins = new ArrayList<>();

    /** Of one server, that has on its disk what it acknowledges. */
    Ledger() {
        this(write -> false, () -> "", 1);
    }

    /**
     * @param undone whether a server that was killed may have taken a write with it
     * @param when what has happened last, in words
     * @param lists how many lists there are
     */
    Ledger(Predicate<Write> undone, Supplier<String> when, int lists) {
        this(undone, when, lists, 1);
    }

    /** @param mostUndone how many writes of a caller to a key, one after the other, may have been undone at once */
    Ledger(Predicate<Write> undone, Supplier<String> when, int lists, int mostUndone) {
        this.mostUndone = mostUndone;
        this.undone = undone;
        this.when = when;
        this.counters = IntStream.range(0, COUNTERS).mapToObj(i -> new Counter("counter:" + i, this)).toList();
        this.lists = IntStream.range(0, lists).mapToObj(i -> new Elements("list:" + i, this)).toList();
    }

    boolean mayBeUndone(Write write) {
        return undone.test(write);
    }

    int mostUndone() {
        return mostUndone;
    }

    /** Counts something of which there should be nothing, and keeps it in words. */
    void found(LongAdder count, String format, Object... arguments) {
        count.increment();
        if (samples.size() < MOST_SAMPLES) {
            samples.add(when.get() + ": " + String.format(format, arguments));
        }
    }

    List<String> samples() {
        return List.copyOf(samples);
    }

    Counter counter(int random) {
        return counters.get(random % COUNTERS);
    }

    Elements list(int random) {
        return lists.get(random % lists.size());
    }

    /** Two counters in one slot, which are always incremented together. */
    synchronized Twins twins(int number) {
        Twins made = new Twins(number, this);
        twins.add(made);
        return made;
    }

    Step increment(int random) {
        Counter counter = counter(random);
        return new SingleStep(counter.increment()) {
            @Override
            public boolean acknowledged(Object reply) {
                return counter.acknowledged(reply, begun());
            }

            @Override
            public void failed(Fate fate) {
                counter.failed(fate);
            }
        };
    }

    Step push(int random) {
        return list(random).push();
    }

    Step pop(int random) {
        return list(random).pop();
    }

    /** One that answers, each key from where it is. */
    interface Server {

        Object call(String... words);
    }

    /** Adds what only the server's data shows. */
    synchronized void settle(Server server) {
        counters.forEach(counter -> counter.settle(server.call("GET", counter.key())));
        lists.forEach(list -> list.settle((List<?>) server.call("LRANGE", list.key(), "0", "-1")));
        twins.forEach(pair -> pair.settle(server));
    }
}
