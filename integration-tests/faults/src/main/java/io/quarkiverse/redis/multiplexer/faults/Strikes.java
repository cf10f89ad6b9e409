package io.quarkiverse.redis.multiplexer.faults;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * What has struck the servers, and which failures that explains: those of a command with a key of the node that was struck,
 * in the time that it takes to notice. Thread-safe.
 */
final class Strikes implements Witness {

    private record Failure(BitSet slots, long begun, long ended, String text) {
    }

    private final List<Strike> strikes = new CopyOnWriteArrayList<>();
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

    Strike begin(ServerFault fault, BitSet slots) {
        Strike strike = new Strike(fault, slots);
        strikes.add(strike);
        return strike;
    }

    List<Strike> all() {
        return strikes;
    }

    Map<String, Integer> byKind() {
        return counted(strikes.stream().map(strike -> strike.fault().name()));
    }

    @Override
    public void succeeded(Step step, long begun) {
        if (strikes.stream().anyMatch(Strike::awaitsSuccess)) {
            BitSet slots = slots(step);
            strikes.forEach(strike -> strike.succeeded(slots, begun));
        }
    }

    @Override
    public void failed(Step step, long begun, String failure) {
        failures.add(new Failure(slots(step), begun, System.nanoTime(), failure));
    }

    private static BitSet slots(Step step) {
        BitSet slots = new BitSet();
        step.keys().forEach(key -> slots.set(Slots.of(key)));
        return slots;
    }

    /** Whether a server that was killed may have taken the write with it. */
    boolean mayHaveUndone(Write write) {
        return strikes.stream().anyMatch(strike -> strike.mayHaveUndone(write));
    }

    /** How many failures there were, in words that are the same for similar ones. */
    Map<String, Integer> failures() {
        return counted(failures.stream().map(Failure::text));
    }

    /** Those that nothing explains, each with the fault that was the last one before it. */
    Map<String, Integer> unexplained(Profile profile, Pauses pauses) {
        return counted(failures.stream()
                .filter(failure -> strikes.stream()
                        .noneMatch(strike -> strike.excuses(failure.slots, failure.ended, profile, pauses)))
                .map(failure -> lastBefore(failure.ended) + ": " + failure.text));
    }

    private String lastBefore(long moment) {
        return strikes.stream().filter(strike -> strike.hasBegunBy(moment)).map(strike -> "after " + strike.fault())
                .reduce("in the beginning", (before, later) -> later);
    }

    /** What has struck last, and how long ago. */
    String last() {
        return strikes.stream().map(Strike::age).reduce("in the beginning", (before, later) -> later);
    }

    private static Map<String, Integer> counted(Stream<String> texts) {
        Map<String, Integer> counts = new TreeMap<>();
        texts.forEach(text -> counts.merge(text, 1, Integer::sum));
        return counts;
    }
}
