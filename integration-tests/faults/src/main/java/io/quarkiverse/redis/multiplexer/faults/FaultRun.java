package io.quarkiverse.redis.multiplexer.faults;

import java.io.PrintStream;
import java.time.Duration;
import java.util.SplittableRandom;

import io.vertx.core.json.JsonObject;

/** Chaos first, then chaos with large values and little memory, then one fault at a time; and what came of it all. */
final class FaultRun {

    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(1);
    private static final Duration RESUBSCRIPTION_LIMIT = Duration.ofSeconds(2);

    private final ClientKind kind;
    private final Profile profile;
    private final long seed;
    private final LeakCounter leaks;
    private final String directMemory;
    private final Figures figures;

    /** @param directMemory how much of it there is for large values, as for {@code -XX:MaxDirectMemorySize} */
    FaultRun(ClientKind kind, Profile profile, long seed, LeakCounter leaks, String directMemory, PrintStream progress) {
        this.kind = kind;
        this.profile = profile;
        this.seed = seed;
        this.leaks = leaks;
        this.directMemory = directMemory;
        this.figures = new Figures(progress);
    }

    /** @return all figures, and under {@code violations} what they should not be, in words */
    JsonObject run() throws Exception {
        figures.put("client", kind.name());
        figures.put("seed", seed);
        figures.put("seconds", profile.chaos().toSeconds());
        figures.put("java", Runtime.version().feature());
        figures.put("event_loops", profile.eventLoops());
        figures.put("workers", profile.workers());
        figures.put(Load.hasVirtualThreads() ? "virtual_threads" : "threads_for_virtual", profile.virtualThreads());
        SplittableRandom random = new SplittableRandom(seed);
        new ChaosPhase(kind, profile, leaks, figures).run(random.split());
        littleMemory();
        long leakedBefore = leaks.count();
        scenarios(new Scenarios(kind, profile, random.split()));
        figures.atMost("leaked_buffers_in_scenarios", leaks.count() - leakedBefore, 0);
        return figures.all();
    }

    private void littleMemory() throws Exception {
        figures.say("large values, with %s of direct memory, in a JVM of their own:", directMemory);
        JsonObject found = new OtherJvm(directMemory).chaos(kind, profile.withLargeValues(), seed);
        found.getJsonArray("violations").forEach(violation -> figures.violation("large values: " + violation));
        found.remove("violations");
        figures.put("large_values", found.put("direct_memory", directMemory));
    }

    private void scenarios(Scenarios scenarios) throws Exception {
        figures.within("recovery_ms_max", scenarios.recovery(), RECOVERY_LIMIT);
        figures.within("half_open_ms", scenarios.halfOpen(), profile.livenessTimeout().plusSeconds(1));
        figures.within("resubscribe_ms", scenarios.resubscription(), RESUBSCRIPTION_LIMIT);
        figures.within("half_open_subscription_ms", scenarios.halfOpenSubscription(), profile.livenessTimeout().plusSeconds(2));
        busy("asleep", scenarios.asleep());
        busy("long_script", scenarios.longScript());
    }

    private void busy(String name, Scenarios.Busy busy) {
        figures.atMost(name + "_dropped", busy.connectionsDropped(), 0);
        if (busy.failures() < 0) {
            figures.violation(name + ": it never recovered");
        }
        figures.atMost(name + "_failed", busy.failures(), 0);
    }
}
