package io.quarkiverse.redis.multiplexer.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

import io.quarkiverse.redis.multiplexer.lifecycle.DevMode.State;
import io.quarkiverse.redis.multiplexer.lifecycle.Traffic.Call;
import io.quarkiverse.redis.multiplexer.test.Progress;

/** Live reloads of an application that is used all the time. */
final class ReloadScenario {

    /** Every kind of client, on every kind of thread. */
    static final List<Call> SHOWCASE = List.of(
            new Call("POST", "/counter/lifecycle", ""), Call.get("/counter/lifecycle"),
            new Call("POST", "/leaderboard/Ada", ""), Call.get("/leaderboard"),
            Call.get("/countries/JP"), Call.get("/accounts"),
            new Call("POST", "/accounts/transfers", "{\"from\":\"Ada\",\"to\":\"Grace\",\"amount\":1}"),
            new Call("POST", "/accounts/transfers", "{\"from\":\"Grace\",\"to\":\"Ada\",\"amount\":1}"));
    static final List<Call> WITHOUT_REDIS = List.of(Call.get("/probe/version"));

    /** Longer than idle connections are kept. */
    private static final int SHORTEST_SETTLE_SECONDS = 9;
    private static final int LONGEST_SETTLE_SECONDS = 30;
    /** The worker threads of Quarkus, Vert.x and Java, which come and go with the load, and what jcmd leaves. */
    private static final Set<String> ELASTIC = Set.of("executor-thread-N", "vert.x-worker-thread-N",
            "vert.x-internal-blocking-N", "ForkJoinPool.commonPool-worker-N", "process reaper", "Attach Listener");

    /** What there is while nobody uses the application. */
    record Footprint(int connections, int threads, Map<String, Integer> threadNames, int timers, int generations,
            long heapBytes,
            int oldClassLoaders) {
    }

    /** @param heldCalls how often clients of the first start were used in later ones */
    record Result(int reloads, long requests, int hung, int errors, int closedErrors, int errorsAtReload,
            Map<String, Integer> samples, int heldCalls, int heldErrors, Map<String, Integer> heldSamples, Footprint first,
            Footprint last) {

        long heapGrowthPerReload() {
            return (last.heapBytes - first.heapBytes) / Math.max(1, reloads - 1);
        }
    }

    private final DevMode application;
    private final Places places;
    private final Progress progress;
    private int heldCalls;
    private final Map<String, Integer> heldErrors = new TreeMap<>();

    /** @param places {@code null} for an application without Redis */
    ReloadScenario(DevMode application, Places places, Progress progress) {
        this.application = application;
        this.places = places;
        this.progress = progress;
    }

    Result run(int reloads) throws IOException, InterruptedException {
        List<Call> calls = places == null ? WITHOUT_REDIS : SHOWCASE;
        Traffic traffic = Traffic.start(application.url(), calls);
        try {
            reload(traffic);
        } finally {
            traffic.close();
        }
        Footprint first = footprint();
        Traffic more = Traffic.start(application.url(), calls);
        try {
            for (int reload = 2; reload <= reloads; reload++) {
                reload(more);
                progress.tell("reload %d of %d, %d requests, %d errors", reload, reloads, more.requests(), more.errors());
            }
        } finally {
            more.close();
        }
        Footprint last = reloads == 1 ? first : footprint();
        return new Result(reloads, traffic.requests() + more.requests(), traffic.hung() + more.hung(),
                traffic.errors() + more.errors(), traffic.closedErrors() + more.closedErrors(),
                traffic.errorsAtReload() + more.errorsAtReload(), merged(traffic.samples(), more.samples()), heldCalls,
                heldErrors.values().stream().mapToInt(Integer::intValue).sum(), heldErrors, first, last);
    }

    private void reload(Traffic traffic) throws IOException, InterruptedException {
        application.change();
        traffic.reloadBegins(application.version());
        application.awaitReload();
        traffic.reloadEnded();
        if (places != null) {
            for (Map.Entry<String, String> answer : application.texts("/held").entrySet()) {
                heldCalls++;
                if (!answer.getValue().equals("PONG")) {
                    heldErrors.merge(answer.getKey() + ": " + answer.getValue(), 1, Integer::sum);
                }
            }
        }
        // Let the reloaded application work for a while.
        TimeUnit.MILLISECONDS.sleep(500);
    }

    private Footprint footprint() throws IOException, InterruptedException {
        settle(this::remains);
        State state = application.state();
        Heap heap = Heap.of(state.pid());
        State afterCollection = application.state();
        return new Footprint(connections(), inelastic(afterCollection.threads()), afterCollection.threads(),
                afterCollection.timers(), heap.count("MultiplexedGeneration"), heap.bytes(),
                afterCollection.oldClassLoaders());
    }

    private int connections() {
        return places == null ? 0 : places.connections().size();
    }

    /** Waits until connections and timers that end by themselves have ended. */
    private void settle(IntSupplier figure) throws InterruptedException {
        int before = figure.getAsInt();
        for (int second = 1; second < LONGEST_SETTLE_SECONDS; second++) {
            TimeUnit.SECONDS.sleep(1);
            int now = figure.getAsInt();
            if (second > SHORTEST_SETTLE_SECONDS && now == before) {
                return;
            }
            before = now;
        }
    }

    /** One figure for what ends by itself. */
    private int remains() {
        try {
            State state = application.state();
            return inelastic(state.threads()) * 1_000_000 + state.timers() * 1000 + connections();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int inelastic(Map<String, Integer> threads) {
        return threads.entrySet().stream().filter(entry -> !ELASTIC.contains(entry.getKey()))
                .mapToInt(Map.Entry::getValue).sum();
    }

    private static Map<String, Integer> merged(Map<String, Integer> some, Map<String, Integer> more) {
        Map<String, Integer> merged = new TreeMap<>(some);
        more.forEach((text, count) -> merged.merge(text, count, Integer::sum));
        return merged;
    }
}
