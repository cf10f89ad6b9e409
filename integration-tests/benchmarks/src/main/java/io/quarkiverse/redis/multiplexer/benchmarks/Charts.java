package io.quarkiverse.redis.multiplexer.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.Styler.LegendPosition;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.ContestantType;

/** Draws results as bars: callers along the axis, contestants side by side. */
final class Charts {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final int DOTS_PER_INCH = 130;

    /** The same one in every chart. What is compared stays pale. */
    private static final Map<String, Color> COLORS = Map.ofEntries(
            Map.entry(ContestantType.OURS.label(), new Color(0x1357b8)),
            Map.entry(ContestantType.OURS_DATA_SOURCE.label(), new Color(0x5b94e0)),
            Map.entry(ContestantType.OURS_ONE_LANE.label(), new Color(0x9dbfee)),
            Map.entry(ContestantType.STOCK.label(), new Color(0xd9822b)),
            Map.entry(ContestantType.STOCK_64.label(), new Color(0xe8ab70)),
            Map.entry(ContestantType.STOCK_2000.label(), new Color(0xe8ab70)),
            Map.entry(ContestantType.STOCK_EPOLL.label(), new Color(0xe8ab70)),
            Map.entry(ContestantType.OURS_EPOLL.label(), new Color(0x5b94e0)),
            Map.entry(ContestantType.LETTUCE_EPOLL.label(), new Color(0xa9d08e)),
            Map.entry(ContestantType.STOCK_DATA_SOURCE.label(), new Color(0xf2d0ad)),
            Map.entry(ContestantType.STOCK_DEFAULTS.label(), new Color(0x8c5a26)),
            Map.entry(ContestantType.LETTUCE.label(), new Color(0x6aa84f)),
            Map.entry(ContestantType.LETTUCE_ON_LOOP.label(), new Color(0xa9d08e)),
            Map.entry(ContestantType.JEDIS.label(), new Color(0x8e7cc3)),
            Map.entry(ContestantType.REDISSON.label(), new Color(0xc27ba0)),
            Map.entry(ContestantType.CLUSTER.label(), new Color(0x1357b8)),
            Map.entry(ContestantType.THREE_STANDALONE.label(), new Color(0x9dbfee)),
            Map.entry(ContestantType.CLUSTER_STOCK.label(), new Color(0xd9822b)),
            Map.entry(ContestantType.CLUSTER_LETTUCE.label(), new Color(0x6aa84f)),
            Map.entry(RedisBenchmark.LABEL, new Color(0xcccccc)));

    private static final List<String> LOOPS = List.of("loops:1", "loops:8", "loops:64", "loops:512", "loops:4096");
    private static final List<String> THREADS = List.of("threads:1", "threads:8", "threads:64", "threads:512", "virtual:512",
            "virtual:4096");

    private final Path folder;
    private final List<Result> results;

    Charts(Path folder, List<Result> results) {
        this.folder = folder;
        this.results = results;
    }

    void draw() throws IOException {
        Files.createDirectories(folder);
        Predicate<Result> get = result -> result.workload().equals("get-32b");
        Predicate<Result> loops = get.and(result -> LOOPS.contains(result.callers()));
        Predicate<Result> threads = get.and(result -> THREADS.contains(result.callers()));
        draw("throughput-loops", "GET of 32 bytes, calls in flight on two event loops", "operations/s", loops,
                Result::callers, Result::opsPerS);
        draw("throughput-threads", "GET of 32 bytes, blocking threads", "operations/s", threads, Result::callers,
                Result::opsPerS);
        draw("p99-loops", "GET of 32 bytes, calls in flight on two event loops", "p99 in ms", loops, Result::callers,
                result -> millis(result.p99Us()));
        draw("throughput-workloads", "512 calls in flight on two event loops", "operations/s",
                result -> result.callers().equals("loops:512"), Result::workload, Result::opsPerS);
        draw("cpu", "Client CPU, GET of 32 bytes on two event loops", "µs per operation", loops, Result::callers,
                Result::clientCpuUsPerOp);
        draw("allocation", "Allocation, GET of 32 bytes on two event loops", "bytes per operation", loops, Result::callers,
                Result::bytesPerOp);
        draw("web", "REST endpoint with a cache, 512 HTTP connections", "requests/s",
                result -> result.callers().startsWith("http:"), Result::workload, Result::opsPerS);
        draw("pubsub", "1,000 subscribers", "messages delivered/s", ofFamily("pubsub-"), Result::workload, Result::opsPerS);
        draw("streams", "Streams", "operations/s", ofFamily("stream-"), result -> result.workload() + " " + result.callers(),
                Result::opsPerS);
        draw("queue", "BLPOP: an element handed over, and back", "p50 in ms", ofFamily("queue-"),
                result -> result.workload() + " " + result.callers(), result -> millis(result.p50Us()));
        draw("starts", "From a new client to its first reply", "p50 in ms", ofFamily("warm-start|cold-start"),
                Result::workload, result -> millis(result.p50Us()));
    }

    /** @param beginning a regular expression of how the names of its workloads begin */
    private static Predicate<Result> ofFamily(String beginning) {
        return result -> result.workload().matches("(" + beginning + ").*");
    }

    private static Double millis(Double micros) {
        return micros == null ? null : micros / 1000;
    }

    private void draw(String file, String title, String unit, Predicate<Result> filter, Function<Result, String> category,
            Function<Result, Double> figure) throws IOException {
        List<Result> shown = results.stream().filter(filter).filter(result -> figure.apply(result) != null).toList();
        if (shown.isEmpty()) {
            return;
        }
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).yAxisTitle(unit).build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE).setChartTitleBoxVisible(false);
        chart.getStyler().setYAxisDecimalPattern("#,##0.##").setChartBackgroundColor(Color.WHITE);
        Set<String> categories = distinct(shown, category);
        for (String contestant : distinct(shown, Result::contestant)) {
            List<Number> bars = new ArrayList<>();
            for (String each : categories) {
                bars.add(shown.stream()
                        .filter(result -> result.contestant().equals(contestant) && category.apply(result).equals(each))
                        .findFirst().map(figure).orElse(0.0));
            }
            CategorySeries series = chart.addSeries(contestant, List.copyOf(categories), bars);
            series.setFillColor(COLORS.getOrDefault(contestant, Color.GRAY));
        }
        BitmapEncoder.saveBitmapWithDPI(chart, folder.resolve(file).toString(), BitmapFormat.PNG, DOTS_PER_INCH);
    }

    private static Set<String> distinct(List<Result> results, Function<Result, String> property) {
        Set<String> values = new LinkedHashSet<>();
        results.forEach(result -> values.add(property.apply(result)));
        return values;
    }
}
