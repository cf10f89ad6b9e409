package io.quarkiverse.redis.multiplexer.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.test.DaemonThread;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** Several threads use one client at random while one fault follows the other; then what came of it is judged. */
final class ModelRun {

    private static final int SHOWN_PROBLEMS = 25;

    private final RedisBinary binary;
    private final long seed;
    private final int turns;
    private final int largest;
    private final boolean scarceMemory;
    private volatile long longestPauseNanos;
    private volatile boolean over;

    /**
     * @param turns how many turns the faults get
     * @param largest how large a value may be
     * @param scarceMemory whether connections may be lost because there is no memory to read with
     */
    ModelRun(RedisBinary binary, long seed, int turns, int largest, boolean scarceMemory) {
        this.binary = binary;
        this.seed = seed;
        this.turns = turns;
        this.largest = largest;
        this.scarceMemory = scarceMemory;
    }

    /** For a JVM of its own: with what the constructor takes. */
    public static void main(String[] arguments) {
        try {
            String report = new ModelRun(RedisBinary.valueOf(arguments[0]), Long.parseLong(arguments[1]),
                    Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), Boolean.parseBoolean(arguments[4])).run();
            System.out.println(report);
            System.exit(report.isEmpty() ? 0 : 1);
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(2);
        }
    }

    /** @return what was wrong, and how to repeat it; empty if nothing was */
    String run() throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (LogWatch log = new LogWatch(); World world = new World(binary)) {
            DaemonThread.start("model-pauses", () -> measurePauses(world));
            Faults faults = new Faults(world, random.split());
            Audience audience = new Audience(world);
            List<Actor> actors = new ArrayList<>();
            for (Executor thread : world.threads()) {
                actors.add(new Actor("actor" + actors.size(), world, thread, largest, random.split()));
            }
            audience.start();
            actors.forEach(Actor::start);
            faults.run(turns);
            audience.settle();
            actors.forEach(Actor::stop);
            awaitAnswers(actors);
            audience.end();
            over = true;

            Verdict verdict = new Verdict(actors);
            verdict.judgeEnds(longestPauseNanos);
            if (!scarceMemory) {
                faults.extendAftermath(Verdict.TURNS * longestPauseNanos);
                verdict.judgeLosses(faults);
                verdict.judge(audience.problems(faults));
            }
            try (RespClient server = world.server().client()) {
                verdict.judgeData(server);
                verdict.judge(leftovers(world, server));
            }
            world.close();
            verdict.judge(log.problems());
            verdict.judge(threadsSince(before));
            System.out.println("model: " + binary + ", seed " + seed + ": " + verdict.fates() + ", longest pause "
                    + TimeUnit.NANOSECONDS.toMillis(longestPauseNanos) + " ms, " + faults);
            return report(verdict.problems(), faults);
        } finally {
            over = true;
        }
    }

    private static void awaitAnswers(List<Actor> actors) {
        try {
            Awaitility.await().atMost(World.COMMAND_TIMEOUT.multipliedBy(3)).pollInSameThread()
                    .until(() -> actors.stream().allMatch(Actor::isAnswered));
        } catch (ConditionTimeoutException e) {
            // The verdict tells which ones have not been.
            return;
        }
    }

    /** Connections that are too many while the client is there, and those that are left when it is not. */
    private static List<String> leftovers(World world, RespClient server) throws Exception {
        List<String> problems = new ArrayList<>();
        // A lane and its side track per thread, the hub, and those that are dedicated.
        int most = 2 * world.threads().size() + 1 + World.MAX_DEDICATED;
        int connections = server.connections().size();
        if (connections > most) {
            problems.add(connections + " connections are open, more than " + most);
        }
        world.closeClient();
        try {
            RealRedis.awaitUntil(() -> server.connections().isEmpty() && world.proxy().open() == 0);
        } catch (ConditionTimeoutException e) {
            problems.add("open after the client was closed: " + server.connections());
        }
        return problems;
    }

    private static List<String> threadsSince(Set<Thread> before) {
        try {
            RealRedis.awaitUntil(() -> newThreads(before).isEmpty());
            return List.of();
        } catch (ConditionTimeoutException e) {
            return List.of("threads that were not there before: " + newThreads(before));
        }
    }

    private static Set<String> newThreads(Set<Thread> before) {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeAll(before);
        return threads.stream().map(Thread::getName).filter(name -> name.startsWith("vert.x")).collect(Collectors.toSet());
    }

    /** How long a task that is given to one of the threads has to wait there at most. */
    private void measurePauses(World world) {
        while (!over) {
            long given = System.nanoTime();
            List<CompletableFuture<Void>> begun = world.threads().stream().map(thread -> CompletableFuture.runAsync(() -> {
            }, thread)).toList();
            begun.forEach(CompletableFuture::join);
            longestPauseNanos = Math.max(longestPauseNanos, System.nanoTime() - given);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private String report(List<String> problems, Faults faults) {
        if (problems.isEmpty()) {
            return "";
        }
        // One of each kind, which is what is left without names and numbers.
        Map<String, List<String>> kinds = problems.stream().collect(Collectors.groupingBy(
                problem -> problem.replaceAll("(actor|channel:|log:|counter:|register:|queue:)?[#.]?\\d+", "").replaceAll("!+",
                        ""),
                LinkedHashMap::new, Collectors.toList()));
        String shown = kinds.values().stream().limit(SHOWN_PROBLEMS)
                .map(kind -> kind.get(0) + (kind.size() == 1 ? "" : " (and " + (kind.size() - 1) + " more like it)"))
                .collect(Collectors.joining("\n  "));
        return problems.size() + " problems on " + binary + "; repeat with -Dmodel.seeds=" + seed + ":\n  " + shown + "\n  "
                + faults;
    }
}
