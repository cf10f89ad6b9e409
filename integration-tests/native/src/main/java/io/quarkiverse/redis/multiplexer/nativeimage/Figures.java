package io.quarkiverse.redis.multiplexer.nativeimage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured of one program, several times each: medians count. */
final class Figures {

    private static final double MEGABYTE = 1024 * 1024;

    private final Map<String, List<Double>> samples = new LinkedHashMap<>();

    void add(String name, double sample) {
        samples.computeIfAbsent(name, first -> new ArrayList<>()).add(sample);
    }

    void addBytes(String name, long bytes) {
        add(name, bytes / MEGABYTE);
    }

    /** By their names, in the order in which they were first measured; with one digit after the point if they are small. */
    Map<String, Number> medians() {
        Map<String, Number> medians = new LinkedHashMap<>();
        samples.forEach((name, values) -> medians.put(name, rounded(median(values))));
        return medians;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static Number rounded(double value) {
        if (value >= 1000) {
            return Math.round(value);
        }
        return Math.round(value * 10) / 10.0;
    }
}
