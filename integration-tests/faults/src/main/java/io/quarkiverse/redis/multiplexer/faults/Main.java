package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code integration-tests/faults/run}. */
@Command(name = "run", mixinStandardHelpOptions = true, description = {
        "Injects faults into real traffic between a Redis client and a real server, and holds what callers were told against"
                + " what the server has in the end.",
        "Progress goes to the standard error; the last line, on the standard output, is one JSON object. A duration that is"
                + " null is never. The exit code is 1 if the figures are not those that our own client promises." })
final class Main implements Callable<Integer> {

    @Option(names = "--seconds", defaultValue = "60", description = "How long the chaos takes; ${DEFAULT-VALUE} by default.")
    private int seconds;

    @Option(names = "--seed", description = "Repeats the faults of an earlier run; any by default.")
    private Long seed;

    @Option(names = "--client", defaultValue = "multiplexer", description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
    private ClientKind client;

    @Option(names = "--topology", defaultValue = "standalone", description = "${COMPLETION-CANDIDATES}: one server; or three primaries"
            + " with a replica each, whose slots are moved meanwhile; or a primary with two replicas, and three sentinels or"
            + " somebody who makes others the primary by hand; ${DEFAULT-VALUE} by default.")
    private ServerTopology topology;

    @Option(names = "--server", description = "Of several: ${COMPLETION-CANDIDATES}; REDIS_7_0 by default, or what there is.")
    private RedisBinary server;

    @Option(names = "--in-flight", description = "With several servers: how many calls the client is given at a time. The stock client answers"
            + " none if they are many.")
    private int inFlight = TopologyRun.UNLIMITED;

    @Option(names = "--brief", description = "With the shorter timeouts and fewer callers of the ordinary tests.")
    private boolean brief;

    @Option(names = "--direct-memory", defaultValue = "64m", description = "How much of it there is for large values, in a JVM of"
            + " their own, as for -XX:MaxDirectMemorySize; ${DEFAULT-VALUE} by default.")
    private String directMemory;

    public static void main(String... arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    /** However it ends. */
    static void endServersWithThisJvm() {
        Runtime.getRuntime().addShutdownHook(
                new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    }

    @Override
    public Integer call() throws Exception {
        endServersWithThisJvm();
        LeakCounter leaks = LeakCounter.install();
        Profile profile = brief ? Profile.brief() : Profile.full(Duration.ofSeconds(seconds));
        if (seed == null) {
            seed = (long) ThreadLocalRandom.current().nextInt(1_000_000);
        }
        JsonObject figures = topology == ServerTopology.standalone
                ? new FaultRun(client, profile, seed, leaks, directMemory, System.err).run()
                : new TopologyRun(topology, client, inFlight, profile.onCluster(), severalServers(), seed, leaks, System.err)
                        .run();
        System.out.println(figures.encode());
        return figures.getJsonArray("violations").isEmpty() || client != ClientKind.multiplexer ? 0 : 1;
    }

    private RedisBinary severalServers() {
        return server != null ? server : RedisBinary.REDIS_7_0.find().isPresent() ? RedisBinary.REDIS_7_0 : RedisBinary.any();
    }
}
