package io.quarkiverse.redis.multiplexer.faults;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.json.JsonObject;

/** Chaos first, then one scenario after the other; and what came of it all. */
final class FaultRun {

    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(2);
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(1);
    private static final Duration RESUBSCRIPTION_LIMIT = Duration.ofSeconds(2);

    private final ClientKind kind;
    private final Profile profile;
    private final long seed;
    private final LeakCounter leaks;
    private final PrintStream progress;
    private final JsonObject figures = new JsonObject();
    private final List<String> violations = new ArrayList<>();

    FaultRun(ClientKind kind, Profile profile, long seed, LeakCounter leaks, PrintStream progress) {
        this.kind = kind;
        this.profile = profile;
        this.seed = seed;
        this.leaks = leaks;
        this.progress = progress;
    }

    /** @return all figures, and under {@code violations} what they should not be, in words */
    JsonObject run() throws Exception {
        figures.put("client", kind.name()).put("seed", seed).put("seconds", profile.chaos().toSeconds())
                .put("java", Runtime.version().feature()).put("event_loops", profile.eventLoops())
                .put("workers", profile.workers())
                .put(Load.hasVirtualThreads() ? "virtual_threads" : "threads_for_virtual", profile.virtualThreads());
        SplittableRandom random = new SplittableRandom(seed);
        long leakedBefore = leaks.count();
        chaos(random.split());
        scenarios(new Scenarios(kind, profile, random.split()));
        atMost("leaked_buffers", leaks.count() - leakedBefore, 0);
        return figures.put("violations", violations);
    }

    private void chaos(SplittableRandom random) throws Exception {
        try (Arena arena = new Arena(kind, profile)) {
            Ledger ledger = new Ledger();
            Tally tally = new Tally(arena.contestant(), profile);
            Chaos chaos = new Chaos(arena, profile.chaos(), random.split());
            say("%d faults in %d s, with seed %d: %s", chaos.faults(), profile.chaos().toSeconds(), seed, chaos.faultsByKind());
            ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor();
            long start = System.nanoTime();
            reporter.scheduleAtFixedRate(() -> report(start, tally), PROGRESS_INTERVAL.toMillis(), PROGRESS_INTERVAL.toMillis(),
                    TimeUnit.MILLISECONDS);
            Load load = Load.start(arena.contestant().loops(), profile, tally, ledger, random.split());
            chaos.run();
            load.stop();
            reporter.shutdownNow();
            int sockets = arena.closeContestant();
            try (RespClient server = arena.admin()) {
                ledger.settle(server);
            }
            figures.put("faults", chaos.faults()).put("commands", tally.commands.sum())
                    .put("acknowledged", tally.acknowledged.sum()).put("refused", tally.refused.sum())
                    .put("failed_unsent", tally.failedUnsent.sum()).put("failed_sent", tally.failedSent.sum());
            atMost("lost", ledger.lost.sum(), 0);
            atMost("doubled", ledger.doubled.sum(), 0);
            atMost("misdelivered", tally.misdelivered.sum(), 0);
            atMost("hung", tally.hung.sum(), 0);
            atMost("slowest_ms", tally.slowestMillis(), profile.hangLimit().toMillis());
            atMost("leaked_sockets", sockets, 0);
            if (tally.acknowledged.sum() == 0) {
                violations.add("no command was acknowledged");
            }
        }
    }

    private void report(long start, Tally tally) {
        say("%3d s: %,d commands, %,d acknowledged, %,d refused by the server, %,d failed unsent, %,d failed as sent, %,d hung",
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), tally.commands.sum(), tally.acknowledged.sum(),
                tally.refused.sum(), tally.failedUnsent.sum(), tally.failedSent.sum(), tally.hung.sum());
    }

    private void scenarios(Scenarios scenarios) throws Exception {
        within("recovery_ms_max", scenarios.recovery(), RECOVERY_LIMIT);
        within("half_open_ms", scenarios.halfOpen(), profile.livenessTimeout().plusSeconds(1));
        within("resubscribe_ms", scenarios.resubscription(), RESUBSCRIPTION_LIMIT);
        within("half_open_subscription_ms", scenarios.halfOpenSubscription(), profile.livenessTimeout().plusSeconds(2));
        busy("asleep", scenarios.asleep());
        busy("long_script", scenarios.longScript());
    }

    private void busy(String name, Scenarios.Busy busy) {
        atMost(name + "_dropped", busy.connectionsDropped(), 0);
        if (busy.failures() < 0) {
            violations.add(name + ": it never recovered");
        }
        atMost(name + "_failed", busy.failures(), 0);
    }

    private void within(String name, Long millis, Duration limit) {
        say("%s: %s", name, millis == null ? "never" : millis);
        figures.put(name, millis);
        if (millis == null || millis > limit.toMillis()) {
            violations.add(name + " is " + (millis == null ? "never" : millis) + ", more than " + limit.toMillis());
        }
    }

    private void atMost(String name, long value, long limit) {
        say("%s: %d", name, value);
        figures.put(name, value);
        if (value > limit) {
            violations.add(name + " is " + value + ", more than " + limit);
        }
    }

    private void say(String format, Object... arguments) {
        progress.printf(format + "%n", arguments);
    }
}
