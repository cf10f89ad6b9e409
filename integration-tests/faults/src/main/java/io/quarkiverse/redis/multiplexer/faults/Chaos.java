package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One fault every {@link #INTERVAL}. Which, when and for how long is planned ahead, from the seed alone. Faults of the server
 * are planned so that one is over when the next one comes; those of the network come in between and on top.
 */
final class Chaos {

    static final Duration INTERVAL = Duration.ofMillis(250);

    private static final List<Fault> NETWORK = Arrays.stream(Fault.values()).filter(fault -> !fault.ofServer).toList();
    private static final Set<Fault> OF_BYTES = EnumSet.of(Fault.GARBAGE, Fault.ONE_BYTE_CHUNKS);
    private static final List<Fault> SERVER = Arrays.stream(Fault.values()).filter(fault -> fault.ofServer).toList();
    private static final int NETWORK_MILLIS = 200;
    private static final int SERVER_MILLIS = 1000;
    /** What a server takes to start again, besides. */
    private static final int SERVER_MARGIN_MILLIS = 500;

    private record Planned(Fault fault, long atMillis, int lengthMillis) {
    }

    private final Arena arena;
    private final List<Planned> plan = new ArrayList<>();

    Chaos(Arena arena, Profile profile, SplittableRandom random) {
        this.arena = arena;
        List<Fault> network = NETWORK.stream().filter(fault -> !profile.largeValues() || !OF_BYTES.contains(fault)).toList();
        long serverFree = 0;
        for (long at = 0; at < profile.chaos().toMillis(); at += INTERVAL.toMillis()) {
            if (at >= serverFree && random.nextInt(3) > 0) {
                int millis = SERVER_MILLIS / 4 + random.nextInt(SERVER_MILLIS);
                plan.add(new Planned(SERVER.get(random.nextInt(SERVER.size())), at, millis));
                serverFree = at + millis + SERVER_MARGIN_MILLIS;
            } else {
                plan.add(new Planned(network.get(random.nextInt(network.size())), at, NETWORK_MILLIS));
            }
        }
    }

    /** Returns when all faults are over. */
    void run() throws InterruptedException, ExecutionException {
        ScheduledExecutorService network = Executors.newSingleThreadScheduledExecutor();
        ScheduledExecutorService server = Executors.newSingleThreadScheduledExecutor();
        try {
            List<Future<?>> strikes = new ArrayList<>();
            for (Planned planned : plan) {
                Fault fault = planned.fault;
                strikes.add((fault.ofServer ? server : network).schedule(() -> fault.strike(arena, planned.lengthMillis),
                        planned.atMillis, TimeUnit.MILLISECONDS));
                strikes.add(network.schedule(() -> fault.end(arena), planned.atMillis + planned.lengthMillis,
                        TimeUnit.MILLISECONDS));
            }
            for (Future<?> strike : strikes) {
                strike.get();
            }
        } finally {
            network.shutdownNow();
            server.shutdownNow();
        }
    }

    int faults() {
        return plan.size();
    }

    Map<Fault, Integer> faultsByKind() {
        Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
        plan.forEach(planned -> counts.merge(planned.fault, 1, Integer::sum));
        return counts;
    }
}
