package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/** The commands of one caller on one key take effect in their order while its slot moves back and forth. */
final class OrderTest implements AcceptanceTest {

    private static final String KEY = "key";
    private static final int RUNS = 100;
    private static final int MOVES = 20;
    private static final int LEAST = 10_000;
    private static final int PRIMARIES = 3;
    private static final int TOLD_EVERY = 10;

    /** How the key's new node is told. */
    enum Redirect {
        /** The slot moves at once. */
        MOVED,
        /** The slot is about to move for a while; its key moves in the middle of that. */
        ASK
    }

    private final String name;
    private final Redirect redirect;

    OrderTest(String name, Redirect redirect) {
        this.name = name;
        this.redirect = redirect;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String idea() {
        return "one caller writes 1 to 10,000 without waiting while the slot moves 20 times, through " + redirect
                + ", 100 runs";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 0);
        Contestant client = ground.client(cluster);
        List<String> failures = new ArrayList<>();
        List<String> violations = new ArrayList<>();
        long redirectsBefore = Redirects.count(cluster, redirect.name());
        int runs = ground.size(RUNS, 1);
        int commands = 0;
        int broken = 0;
        for (int run = 1; run <= runs; run++) {
            client.send(Call.of(Verb.SET, KEY, "0")).toCompletableFuture().get();
            Sequence sequence = new Sequence(client, KEY, LEAST);
            sequence.start();
            for (int move = 0; move < ground.size(MOVES, MOVES / 4); move++) {
                move(cluster, sequence);
            }
            commands += sequence.stop();
            failures.addAll(sequence.failures);
            violations.addAll(sequence.violations);
            broken += sequence.violations.isEmpty() ? 0 : 1;
            if (run % TOLD_EVERY == 0) {
                findings.say("  %d runs, %d commands, %d failures, %d violations", run, commands, failures.size(),
                        violations.size());
            }
        }
        findings.tell("runs", runs);
        findings.tell("commands", commands);
        findings.tell("redirects", Redirects.count(cluster, redirect.name()) - redirectsBefore);
        findings.none("failures", failures);
        findings.none("out of order", violations);
        findings.atMost("runs with anything out of order", broken, 0);
    }

    private void move(RedisCluster cluster, Sequence sequence) throws InterruptedException {
        int slot = cluster.slot(KEY);
        int source = cluster.owner(slot);
        int target = source == 0 ? 1 : 0;
        if (redirect == Redirect.MOVED) {
            cluster.moveSlot(slot, target);
        } else {
            cluster.beginMove(slot, source, target);
            sequence.awaitProgress();
            cluster.moveKeys(slot, source, target);
            sequence.awaitProgress();
            cluster.endMove(slot, source, target);
        }
        cluster.awaitStable();
        sequence.awaitProgress();
    }
}
