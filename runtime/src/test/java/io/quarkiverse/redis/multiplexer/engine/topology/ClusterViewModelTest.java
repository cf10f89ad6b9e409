package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.Question;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * A {@link ClusterView} of a cluster by chance: slots move, primaries die and have successors, nodes are silent, slow, or have
 * not heard of the latest. A caller sends to where the view tells, and passes on what it meets with. At the end of each time
 * of trouble the view has to be right, and the questions have to be few.
 */
class ClusterViewModelTest {

    private static final int PARTS = 8;
    private static final int PART = SlotMap.SLOTS / PARTS;

    private final ClusterByHand cluster = new ClusterByHand();
    /** The port of the primary of each part of the slots, as it is. */
    private final int[] truth = { 7001, 7001, 7001, 7002, 7002, 7002, 7003, 7003 };
    /** What each node knows of it. */
    private final Map<Integer, int[]> known = new HashMap<>();
    private final Set<Integer> dead = new HashSet<>();
    private final Set<Integer> silent = new HashSet<>();
    /** When nodes were asked, within 10 s, since the last time at which one was lost or silent. */
    private final Deque<Long> asked = new ArrayDeque<>();
    private int askedBefore;
    private int nextPort = 7004;

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 })
    void afterTroubleTheViewIsRight(int seed) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            run(new Random(seed), vertx.getOrCreateContext());
        } finally {
            vertx.close();
        }
    }

    private void run(Random chance, Context caller) {
        ClusterView view = new ClusterView(cluster.loop(), ClusterByHand.settings("redis://h:7001", "redis://h:7002"), cluster,
                cluster::now, bound -> (long) (chance.nextDouble() * bound));
        primaries().forEach(port -> known.put(port, truth.clone()));
        view.whenKnown(caller);
        for (int round = 0; round < 15; round++) {
            boolean lost = false;
            for (int step = 0; step < 40; step++) {
                lost |= trouble(chance, !lost);
                pass(view, chance, 50 + chance.nextInt(100));
            }
            silent.clear();
            Set<Integer> alive = primaries();
            alive.forEach(port -> known.put(port, truth.clone()));
            for (int step = 0; step < 150; step++) {
                pass(view, chance, 100);
            }
            for (int part = 0; part < PARTS; part++) {
                assertEquals(at(truth[part]), view.primary(part * PART).orElseThrow(), "round " + round + ", part " + part);
            }
            assertEquals(alive, view.primaries().stream().map(node -> node.port()).collect(Collectors.toSet()));
        }
        view.close();
    }

    private Set<Integer> primaries() {
        return Arrays.stream(truth).boxed().collect(Collectors.toCollection(HashSet::new));
    }

    /** @return whether a primary was lost */
    private boolean trouble(Random chance, boolean mayLose) {
        List<Integer> primaries = new ArrayList<>(primaries());
        int one = primaries.get(chance.nextInt(primaries.size()));
        switch (chance.nextInt(10)) {
            case 0, 1, 2 -> {
                // Whoever gets the slots knows first, whoever had them next.
                int part = chance.nextInt(PARTS);
                int source = truth[part];
                truth[part] = one;
                known.get(one)[part] = one;
                known.get(source)[part] = one;
            }
            case 3 -> {
                if (mayLose && primaries.size() > 2) {
                    int successor = nextPort++;
                    for (int part = 0; part < PARTS; part++) {
                        truth[part] = truth[part] == one ? successor : truth[part];
                    }
                    dead.add(one);
                    known.put(successor, truth.clone());
                    return true;
                }
            }
            case 4, 5 -> silent.add(one);
            case 6 -> silent.clear();
            default -> known.put(one, truth.clone());
        }
        return false;
    }

    private void pass(ClusterView view, Random chance, int millis) {
        cluster.advance(millis);
        countQuestions(view);
        for (Question question : List.copyOf(cluster.questions)) {
            int port = question.port();
            if (dead.contains(port)) {
                cluster.questions.remove(question);
                question.fail();
            } else if (!silent.contains(port) && chance.nextInt(4) > 0) {
                cluster.questions.remove(question);
                question.tell(shape(known.get(port)));
            }
        }
        for (int i = 0; i < 5; i++) {
            send(view, chance.nextInt(PARTS));
        }
    }

    private void countQuestions(ClusterView view) {
        for (; askedBefore < cluster.asked; askedBefore++) {
            asked.addLast(cluster.now());
        }
        if (!silent.isEmpty() || view.primaries().stream().anyMatch(node -> dead.contains(node.port()))) {
            asked.clear();
        }
        // Steps are not counted exactly.
        while (!asked.isEmpty() && asked.peekFirst() + TimeUnit.MILLISECONDS.toNanos(9800) - cluster.now() <= 0) {
            asked.removeFirst();
        }
        assertTrue(asked.size() <= 5, () -> asked.size() + " questions within 10 s");
    }

    private void send(ClusterView view, int part) {
        int slot = part * PART;
        view.primary(slot).ifPresent(owner -> {
            if (dead.contains(owner.port())) {
                view.unreachable(owner);
            } else {
                view.reachable(owner);
                int named = known.get(owner.port())[part];
                if (named != owner.port()) {
                    view.moved(slot, at(named));
                }
            }
        });
    }

    private static String shape(int[] owners) {
        Map<Integer, List<String>> ranges = new TreeMap<>();
        for (int part = 0; part < PARTS; part++) {
            ranges.computeIfAbsent(owners[part], port -> new ArrayList<>())
                    .add(part * PART + "-" + (part * PART + PART - 1));
        }
        return ranges.entrySet().stream().map(shard -> shard.getKey() + ":" + String.join(",", shard.getValue()))
                .collect(Collectors.joining(" "));
    }
}
