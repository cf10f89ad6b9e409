package io.quarkiverse.redis.multiplexer.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;
import io.quarkiverse.redis.multiplexer.benchmarks.worker.Sample;

/** Collects the samples of all rounds. */
final class Results {

    private static final double MEGABYTE = 1024 * 1024;

    /** Of each key by round, in the order in which the keys came. */
    private final Map<Key, Map<Integer, Sample>> samples = new LinkedHashMap<>();

    void add(int round, Key key, Sample sample) {
        samples.computeIfAbsent(key, first -> new HashMap<>()).put(round, sample);
    }

    List<Result> summary() {
        List<Result> results = new ArrayList<>();
        samples.forEach((key, rounds) -> results.add(summarize(key, List.copyOf(rounds.values()))));
        return results;
    }

    private Result summarize(Key key, List<Sample> rounds) {
        Key stock = stock(key);
        Key lettuce = new Key(key.workload(), key.callers(), lettuce(key.contestant()));
        List<Double> toStock = ratios(key, stock);
        List<Double> toLettuce = ratios(key, lettuce);
        Key standalone = new Key(key.workload(), key.callers(), standalone(key.contestant()));
        List<Double> toStandalone = ratios(key, standalone);
        return new Result(key.workload(), key.callers(), key.contestant(), median(rounds, Sample::opsPerSecond),
                median(rounds, Sample::p50Micros), median(rounds, Sample::p99Micros), median(rounds, Sample::p999Micros),
                median(rounds, Sample::bytesPerOp), median(rounds, Sample::clientCpuMicrosPerOp),
                median(rounds, Sample::serverCpuMicrosPerOp), median(rounds, sample -> sample.heapBytes() / MEGABYTE),
                median(rounds, sample -> sample.residentBytes() / MEGABYTE),
                rounds.stream().mapToInt(Sample::connections).max().orElse(0),
                rounds.stream().mapToLong(Sample::errors).sum(),
                rounds.stream().map(Sample::firstError).filter(Objects::nonNull).findFirst().orElse(null),
                ratio(key, stock), at(toStock, 0), at(toStock, 1), ratio(key, lettuce), at(toLettuce, 0), at(toLettuce, 1),
                ratio(key, standalone), at(toStandalone, 0), at(toStandalone, 1));
    }

    private static boolean isOnCluster(String contestant) {
        return contestant.startsWith(ContestantType.CLUSTER.label())
                || contestant.equals(ContestantType.THREE_STANDALONE.label());
    }

    /** With sentinels, or a primary with replicas, others have the label of ours and their own name. */
    private static Optional<ContestantType> withPrimary(String contestant) {
        return Stream.of(ContestantType.SENTINEL, ContestantType.REPLICATION_SHARE, ContestantType.REPLICATION)
                .filter(ours -> contestant.startsWith(ours.label())).findFirst();
    }

    /** By what the label of a contestant ends that has another transport, as those do that it is compared with. */
    private static Optional<String> onNative(String contestant) {
        return Stream.of("-epoll", "-unix").filter(contestant::endsWith).findFirst();
    }

    private static String lettuce(String contestant) {
        if (onNative(contestant).isPresent()) {
            return ContestantType.LETTUCE.label() + onNative(contestant).get();
        }
        return withPrimary(contestant).map(ours -> ours.label() + "-lettuce").orElseGet(
                () -> (isOnCluster(contestant) ? ContestantType.CLUSTER_LETTUCE : ContestantType.LETTUCE).label());
    }

    private static String standalone(String contestant) {
        return (isOnCluster(contestant) ? ContestantType.THREE_STANDALONE : ContestantType.AS_STANDALONE).label();
    }

    /** Where the stock client with its few connections has no turn, the one that has enough of them. */
    private Key stock(Key key) {
        Key usual = new Key(key.workload(), key.callers(), stock(key.contestant()));
        boolean few = usual.contestant().equals(ContestantType.STOCK.label()) && !samples.containsKey(usual);
        return few ? new Key(key.workload(), key.callers(), ContestantType.STOCK_2000.label()) : usual;
    }

    private static String stock(String contestant) {
        if (onNative(contestant).isPresent()) {
            return ContestantType.STOCK.label() + onNative(contestant).get();
        }
        if (withPrimary(contestant).isPresent()) {
            return withPrimary(contestant).get().label() + "-stock";
        }
        if (isOnCluster(contestant)) {
            return ContestantType.CLUSTER_STOCK.label();
        }
        return contestant.endsWith("-datasource") ? ContestantType.STOCK_DATA_SOURCE.label() : ContestantType.STOCK.label();
    }

    private Double ratio(Key key, Key baseline) {
        Double base = opsPerSecond(baseline);
        return base == null || base == 0 ? null : opsPerSecond(key) / base;
    }

    private Double opsPerSecond(Key key) {
        return median(samples.getOrDefault(key, Map.of()).values(), Sample::opsPerSecond);
    }

    /** Of operations per second, round by round and sorted: neighbours in time are compared. */
    private List<Double> ratios(Key key, Key baseline) {
        Map<Integer, Sample> base = samples.getOrDefault(baseline, Map.of());
        return samples.get(key).entrySet().stream().filter(entry -> base.containsKey(entry.getKey()))
                .map(entry -> entry.getValue().opsPerSecond() / base.get(entry.getKey()).opsPerSecond())
                .filter(ratio -> !ratio.isInfinite() && !ratio.isNaN()).sorted().toList();
    }

    private static Double median(Collection<Sample> rounds, ToDoubleFunction<Sample> figure) {
        return median(rounds.stream().map(figure::applyAsDouble).filter(value -> !value.isNaN()).sorted().toList());
    }

    private static Double median(List<Double> sorted) {
        int size = sorted.size();
        return size == 0 ? null : (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    /** @param end 0 for the smallest, 1 for the largest */
    private static Double at(List<Double> sorted, int end) {
        return sorted.isEmpty() ? null : sorted.get(end * (sorted.size() - 1));
    }
}
