package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.quarkiverse.redis.multiplexer.engine.topology.SlotMap.Range;
import io.vertx.core.net.SocketAddress;

/**
 * One slot map from the answers of several nodes, none of which is trusted alone. Immutable.
 * <p>
 * Each slot is voted on by itself: every answer is a voice, also one that says that nobody has the slot, and so is what was
 * known before, redirects included. The owner with most voices has the slot. Among those with equally many, it is the one who
 * claims it for itself, as it is the first to know; else the one that a redirect has named; else the one that was told first.
 * So
 * an answer stands against what was known before if there is nobody else to ask: else the loss of a primary could not be told
 * by the only other one.
 */
final class Vote {

    /** @param from the node that has told the map */
    record Answer(SocketAddress from, SlotMap map) {
    }

    private final List<Answer> answers;
    private final SlotMap before;
    private final boolean settled;
    private final SlotMap result;

    /**
     * @param answers at least one, in the order in which they came
     * @param before what was known, {@link SlotMap#EMPTY} if nothing was
     * @param moved the owner of a slot that a redirect has named since
     */
    Vote(List<Answer> answers, SlotMap before, IntFunction<Optional<SocketAddress>> moved) {
        this.answers = List.copyOf(answers);
        this.before = before;
        boolean allSettled = true;
        List<Optional<SocketAddress>> owners = new ArrayList<>(SlotMap.SLOTS);
        List<Optional<SocketAddress>> voices = new ArrayList<>();
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Optional<SocketAddress> redirected = moved.apply(slot);
            voices.clear();
            for (Answer answer : this.answers) {
                voices.add(answer.map.primary(slot));
            }
            if (before != SlotMap.EMPTY) {
                voices.add(redirected.isPresent() ? redirected : before.primary(slot));
            }
            int most = most(voices);
            allSettled &= most > 1;
            owners.add(winner(voices, most, redirected));
        }
        this.settled = allSettled;
        this.result = map(owners);
    }

    /** Whether for each slot there are two who say the same. */
    boolean isSettled() {
        return settled;
    }

    SlotMap result() {
        return result;
    }

    private static int most(List<Optional<SocketAddress>> voices) {
        int most = 0;
        for (Optional<SocketAddress> voice : voices) {
            most = Math.max(most, count(voices, voice));
        }
        return most;
    }

    private static int count(List<Optional<SocketAddress>> voices, Optional<SocketAddress> wanted) {
        int count = 0;
        for (Optional<SocketAddress> voice : voices) {
            // The same object again and again, as long as one node speaks.
            count += voice == wanted || voice.equals(wanted) ? 1 : 0;
        }
        return count;
    }

    private Optional<SocketAddress> winner(List<Optional<SocketAddress>> voices, int most,
            Optional<SocketAddress> redirected) {
        if (most == voices.size()) {
            return voices.get(0);
        }
        int first = voices.size();
        boolean redirectedIsAmong = false;
        for (int i = 0; i < voices.size(); i++) {
            Optional<SocketAddress> voice = voices.get(i);
            if (count(voices, voice) == most) {
                if (i < answers.size() && voice.isPresent() && voice.get().equals(answers.get(i).from)) {
                    return voice;
                }
                redirectedIsAmong |= redirected.isPresent() && redirected.equals(voice);
                first = Math.min(first, i);
            }
        }
        return redirectedIsAmong ? redirected : voices.get(first);
    }

    private SlotMap map(List<Optional<SocketAddress>> owners) {
        Map<SocketAddress, Shard> shards = new LinkedHashMap<>();
        List<Range> ranges = new ArrayList<>();
        int first = 0;
        for (int slot = 1; slot <= SlotMap.SLOTS; slot++) {
            if (slot == SlotMap.SLOTS || !owners.get(slot).equals(owners.get(first))) {
                if (owners.get(first).isPresent()) {
                    Shard shard = shards.computeIfAbsent(owners.get(first).get(), this::shardOf);
                    ranges.add(new Range(first, slot - 1, shard));
                }
                first = slot;
            }
        }
        // Those without a slot are known all the same.
        answers.get(0).map.shards().forEach(shard -> shards.putIfAbsent(shard.primary().address(), shard));
        return new SlotMap(List.copyOf(shards.values()), ranges);
    }

    /** As the primary itself tells it, if it was asked. */
    private Shard shardOf(SocketAddress primary) {
        return answers.stream().filter(answer -> answer.from.equals(primary)).flatMap(answer -> told(answer.map, primary))
                .findFirst().or(() -> answers.stream().flatMap(answer -> told(answer.map, primary)).findFirst())
                .or(() -> told(before, primary).findFirst())
                .orElseGet(() -> new Shard(new Member(primary, Health.UNKNOWN, ""), List.of()));
    }

    private static Stream<Shard> told(SlotMap map, SocketAddress primary) {
        return map.shards().stream().filter(shard -> shard.primary().address().equals(primary));
    }
}
