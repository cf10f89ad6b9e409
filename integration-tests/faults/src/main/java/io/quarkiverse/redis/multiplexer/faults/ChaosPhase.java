package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/** Many callers and many faults at once; and what came of that. */
final class ChaosPhase {

    /** One caller in so many has large values, if there are to be any. */
    private static final int LARGE_INTERVAL = 16;
    private static final int LARGEST = 5_000_000;
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(2);

    private final ClientKind kind;
    private final Profile profile;
    private final LeakCounter leaks;
    private final Figures figures;

    ChaosPhase(ClientKind kind, Profile profile, LeakCounter leaks, Figures figures) {
        this.kind = kind;
        this.profile = profile;
        this.leaks = leaks;
        this.figures = figures;
    }

    void run(SplittableRandom random) throws Exception {
        long leakedBefore = leaks.count();
        try (Arena arena = new Arena(kind, profile)) {
            Ledger ledger = new Ledger();
            Tally tally = new Tally(arena.contestant(), profile);
            Chaos chaos = new Chaos(arena, profile, random.split());
            figures.say("%d faults in %d s: %s", chaos.faults(), profile.chaos().toSeconds(), chaos.faultsByKind());
            ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor();
            long start = System.nanoTime();
            reporter.scheduleAtFixedRate(() -> tally.report(start, figures), PROGRESS_INTERVAL.toMillis(),
                    PROGRESS_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            Load load = Load.start(arena.contestant().loops(), profile, tally, (number, its) -> new Caller(number, ledger, its,
                    profile.largeValues() && number % LARGE_INTERVAL == 0 ? LARGEST : 0), random.split());
            chaos.run();
            load.stop();
            reporter.shutdownNow();
            int sockets = arena.closeContestant();
            try (RespClient server = arena.admin()) {
                ledger.settle(server::call);
            }
            figures.put("faults", chaos.faults());
            tally.count(figures);
            judge(tally, ledger, sockets);
        }
        figures.atMost("leaked_buffers", leaks.count() - leakedBefore, 0);
    }

    private void judge(Tally tally, Ledger ledger, int sockets) {
        figures.atMost("lost", ledger.lost.sum(), 0);
        figures.atMost("doubled", ledger.doubled.sum(), 0);
        figures.atMost("misdelivered", tally.misdelivered.sum(), 0);
        figures.atMost("hung", tally.hung.sum(), 0);
        figures.atMost("slowest_ms", tally.slowestMillis(), profile.hangLimit().toMillis());
        figures.atMost("leaked_sockets", sockets, 0);
        if (tally.acknowledged.sum() == 0) {
            figures.violation("no command was acknowledged");
        }
    }
}
