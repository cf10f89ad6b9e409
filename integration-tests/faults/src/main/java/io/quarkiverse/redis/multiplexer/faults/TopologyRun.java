package io.quarkiverse.redis.multiplexer.faults;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.vertx.core.json.JsonObject;

/** Chaos among servers of which one takes another's place, and what came of it. */
final class TopologyRun {

    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(2);
    private static final int WARM = 2000;
    private static final long WARM_UP_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long THREADS_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** More than there ever are. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private final ServerTopology topology;
    private final ClientKind kind;
    private final int inFlight;
    private final Profile profile;
    private final RedisBinary binary;
    private final long seed;
    private final LeakCounter leaks;
    private final Figures figures;

    /** @param inFlight how many calls the client is given at a time */
    TopologyRun(ServerTopology topology, ClientKind kind, int inFlight, Profile profile, RedisBinary binary, long seed,
            LeakCounter leaks, PrintStream progress) {
        this.topology = topology;
        this.kind = kind;
        this.inFlight = inFlight;
        this.profile = profile;
        this.binary = binary;
        this.seed = seed;
        this.leaks = leaks;
        this.figures = new Figures(progress);
    }

    /** @return all figures, and under {@code violations} what they should not be, in words */
    JsonObject run() throws Exception {
        figures.put("topology", topology.name());
        figures.put("server", binary.name());
        figures.put("client", kind.name());
        if (inFlight != UNLIMITED) {
            figures.put("in_flight", inFlight);
        }
        figures.put("seed", seed);
        figures.put("seconds", profile.chaos().toSeconds());
        figures.put("java", Runtime.version().feature());
        figures.put("event_loops", profile.eventLoops());
        figures.put("workers", profile.workers());
        figures.put(Load.hasVirtualThreads() ? "virtual_threads" : "threads_for_virtual", profile.virtualThreads());
        long leakedBefore = leaks.count();
        long threadsBefore = clientThreads();
        chaos(new SplittableRandom(seed));
        figures.atMost("leaked_buffers", leaks.count() - leakedBefore, 0);
        figures.atMost("leaked_threads", threadsAbove(threadsBefore), 0);
        return figures.all();
    }

    private void chaos(SplittableRandom random) throws Exception {
        try (Stage stage = topology.open(kind, inFlight, profile, binary); Pauses pauses = Pauses.watching()) {
            Strikes strikes = new Strikes();
            Ledger ledger = stage.ledger(strikes);
            Tally tally = new Tally(stage.contestant(), profile, strikes);
            SplittableRandom ofFaults = random.split();
            ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor();
            long start = System.nanoTime();
            reporter.scheduleAtFixedRate(() -> tally.report(start, figures), PROGRESS_INTERVAL.toMillis(),
                    PROGRESS_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            Load load = Load.start(stage.contestant().loops(), profile, tally,
                    new ClusterCast(ledger, stage.contestant().hasTransactions()), random.split());
            try {
                warmUp(tally);
                stage.strike(strikes, ofFaults, figures);
            } finally {
                load.stop();
                reporter.shutdownNow();
            }
            int sockets = stage.closeContestant();
            stage.settle(ledger);
            figures.put("faults", new JsonObject(Map.copyOf(strikes.byKind())));
            tally.count(figures);
            judge(tally, ledger, sockets);
            judge(strikes, pauses);
        }
    }

    /** So that a client is not judged by how it starts. */
    private static void warmUp(Tally tally) throws InterruptedException {
        long start = System.nanoTime();
        while (tally.acknowledged.sum() < WARM && System.nanoTime() - start < WARM_UP_TIMEOUT_NANOS) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private void judge(Tally tally, Ledger ledger, int sockets) {
        figures.atMost("lost", ledger.lost.sum(), 0);
        figures.atMost("doubled", ledger.doubled.sum(), 0);
        figures.atMost("misdelivered", tally.misdelivered.sum(), 0);
        figures.atMost("reordered", ledger.reordered.sum(), 0);
        figures.atMost("torn", ledger.torn.sum(), 0);
        ledger.samples().forEach(sample -> figures.say("  %s", sample));
        figures.put("lost_at_kills", ledger.lostAtKills.sum());
        figures.put("undone_at_kills", ledger.undoneAtKills.sum());
        figures.atMost("hung", tally.hung.sum(), 0);
        figures.atMost("slowest_ms", tally.slowestMillis(), profile.hangLimit().toMillis());
        figures.atMost("leaked_sockets", sockets, 0);
        if (tally.acknowledged.sum() == 0) {
            figures.violation("no command was acknowledged");
        }
    }

    private void judge(Strikes strikes, Pauses pauses) {
        figures.put("longest_pause_ms", pauses.longestMillis());
        figures.put("failures", new JsonObject(Map.copyOf(strikes.failures())));
        Map<String, Integer> unexplained = strikes.unexplained(profile, pauses);
        unexplained.forEach((text, count) -> figures.say("no fault explains %d times: %s", count, text));
        figures.put("unexplained", new JsonObject(Map.copyOf(unexplained)));
        figures.atMost("unexplained_failures", unexplained.values().stream().mapToInt(Integer::intValue).sum(), 0);
        JsonObject recoveries = new JsonObject();
        for (Strike strike : strikes.all()) {
            if (strike.fault().interrupts()) {
                Long recovery = strike.recoveryMillis();
                figures.say("%s: an outage of %d ms, a success after %s ms", strike.fault(), strike.outage().toMillis(),
                        recovery == null ? "never" : recovery);
                String name = strike.fault().name().toLowerCase(Locale.ROOT);
                Long longest = recoveries.getLong(name, 0L);
                recoveries.put(name, recovery == null || longest == null ? null : Math.max(longest, recovery));
                if (!strike.isRecoveredInTime(profile, pauses)) {
                    figures.violation("after a " + name + " with an outage of " + strike.outage().toMillis() + " ms, "
                            + (recovery == null ? "nothing succeeded" : "the first success came after " + recovery + " ms"));
                }
            }
        }
        figures.put("first_success_ms_max", recoveries);
    }

    /** Of clients, and of what they are made of. */
    private static long clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("(vert\\.x|lettuce|nioEventLoop|redis).*")).count();
    }

    private static long threadsAbove(long before) {
        long start = System.nanoTime();
        while (clientThreads() > before && System.nanoTime() - start < THREADS_TIMEOUT_NANOS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return Math.max(0, clientThreads() - before);
    }
}
