package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Session;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;

/**
 * Transactions that are hit by MOVED, by ASK and by failovers have been executed exactly once, or fail and say what is known.
 */
final class TransactionsTest implements AcceptanceTest {

    private static final int PRIMARIES = 3;
    private static final int CALLERS = 8;
    private static final int ROUNDS = 30;
    /** Of one connection. */
    private static final int TRANSACTIONS = 30;
    private static final int PROGRESS = 50;
    private static final long PROGRESS_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final String TAG = "{twins}";

    /** How a transaction is made. */
    enum Form {
        /** MULTI to EXEC in one batch. */
        BATCH("MULTI to EXEC in a batch"),
        /** MULTI, what is to be done, EXEC, each after the answer to the one before, on a connection of the caller's own. */
        CONNECT("MULTI to EXEC on connect()"),
        /** WATCH, GET, and then the same. */
        WATCH("WATCH, MULTI, EXEC on connect()");

        private final String words;

        Form(String words) {
            this.words = words;
        }
    }

    private final String name;
    private final Form form;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong perhaps = new AtomicLong();
    private final AtomicLong conflicts = new AtomicLong();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    TransactionsTest(String name, Form form) {
        this.name = name;
        this.form = form;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String idea() {
        return form.words + ", hit by MOVED, ASK and failovers, 30 rounds";
    }

    @Override
    public Optional<String> obstacle(Ground ground) {
        return ground.kind() == io.quarkiverse.redis.multiplexer.faults.ClientKind.lettuce
                ? Optional.of("has no transactions on a cluster")
                : Optional.empty();
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisCluster cluster = ground.cluster(PRIMARIES, 1);
        Contestant client = ground.client(cluster);
        Crew crew = new Crew();
        for (int i = 0; i < CALLERS; i++) {
            crew.add(form == Form.BATCH ? () -> batch(client) : () -> session(client));
        }
        int rounds = ground.size(ROUNDS, 3);
        for (int round = 0; round < rounds; round++) {
            awaitProgress();
            strike(cluster, round);
            cluster.awaitStable();
        }
        awaitProgress();
        crew.stop(findings);
        findings.tell("rounds", rounds);
        findings.tell("transactions", done.get());
        if (form == Form.WATCH) {
            findings.tell("undone, as somebody else was first", conflicts.get());
        }
        failures.stream().distinct().limit(5).forEach(failure -> findings.say("  failed: %s", failure));
        findings.tell("failures", failures.size());
        findings.tell("of these, perhaps executed", perhaps.get());
        try (Data data = new Data(cluster)) {
            long first = number(data.call("GET", TAG + "first"));
            long second = number(data.call("GET", TAG + "second"));
            findings.exactly("halves that are not equal", first - second, 0L);
            findings.atMost("acknowledged, and lost", Math.max(0, done.get() - first), 0);
            findings.atMost("executed, and nobody was told that they might be",
                    Math.max(0, first - done.get() - perhaps.get()), 0);
        }
    }

    private void awaitProgress() throws InterruptedException {
        long before = done.get();
        long start = System.nanoTime();
        while (done.get() < before + PROGRESS && System.nanoTime() - start < PROGRESS_TIMEOUT_NANOS) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static long number(Object stored) {
        return stored == null ? 0 : Long.parseLong((String) stored);
    }

    private void batch(Contestant client) throws InterruptedException {
        Object answer = Answers.await(() -> client.batch(List.of(Call.of(Verb.MULTI), Call.of(Verb.INCR, TAG + "first"),
                Call.of(Verb.INCR, TAG + "second"), Call.of(Verb.EXEC))));
        settle(client, answer);
        TimeUnit.MILLISECONDS.sleep(2);
    }

    private void settle(Contestant client, Object answer) {
        if (answer instanceof Throwable failure) {
            failures.add(Failures.words(failure));
            perhaps.addAndGet(client.fate(failure) == Fate.SENT ? 1 : 0);
        } else {
            done.incrementAndGet();
        }
    }

    private void session(Contestant client) throws InterruptedException {
        Object connected = Answers.await(() -> client.connect().thenApply(session -> session));
        if (!(connected instanceof Session session)) {
            failures.add("connect: " + Answers.words(connected));
            return;
        }
        try {
            for (int i = 0; i < TRANSACTIONS; i++) {
                if (!transaction(client, session)) {
                    return;
                }
            }
        } finally {
            session.close();
        }
    }

    /** @return whether the connection can be used again */
    private boolean transaction(Contestant client, Session session) throws InterruptedException {
        Call first = Call.of(Verb.INCR, TAG + "first");
        if (form == Form.WATCH) {
            Object watched = Answers.await(() -> session.send(Call.of(Verb.WATCH, TAG + "first")));
            Object value = Answers.await(() -> session.send(Call.of(Verb.GET, TAG + "first")));
            if (watched instanceof Throwable || value instanceof Throwable) {
                failures.add("before MULTI: " + Answers.words(watched) + ", " + Answers.words(value));
                return false;
            }
            first = Call.of(Verb.SET, TAG + "first", String.valueOf(number(value) + 1));
        }
        for (Call call : List.of(Call.of(Verb.MULTI), first, Call.of(Verb.INCR, TAG + "second"))) {
            Object answer = Answers.await(() -> session.send(call));
            if (answer instanceof Throwable) {
                failures.add(call.verb() + ": " + Answers.words(answer));
                return false;
            }
        }
        Object executed = Answers.await(() -> session.send(Call.of(Verb.EXEC)));
        if (executed == null) {
            conflicts.incrementAndGet();
        } else {
            settle(client, executed);
        }
        return !(executed instanceof Throwable);
    }

    private static void strike(RedisCluster cluster, int round) throws InterruptedException {
        int slot = cluster.slot(TAG);
        int source = cluster.owner(slot);
        int target = cluster.primaries().stream().filter(node -> node != source).findFirst().orElseThrow();
        switch (round % 3) {
            case 0 -> cluster.moveSlot(slot, target);
            case 1 -> {
                cluster.beginMove(slot, source, target);
                TimeUnit.MILLISECONDS.sleep(50);
                cluster.moveKeys(slot, source, target);
                TimeUnit.MILLISECONDS.sleep(100);
                cluster.endMove(slot, source, target);
            }
            default -> cluster.failover(cluster.replicasOf(source).get(0));
        }
    }
}
