package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What one test finds about one client, in order. Progress is told as soon as there is any. */
final class Findings {

    private final List<Finding> all = new ArrayList<>();
    private final PrintStream progress;

    Findings(PrintStream progress) {
        this.progress = progress;
    }

    List<Finding> all() {
        return List.copyOf(all);
    }

    List<Finding> broken() {
        return all.stream().filter(finding -> !finding.kept()).toList();
    }

    /** Without a limit. */
    void tell(String name, Object value) {
        add(new Finding(name, String.valueOf(value), "", true));
    }

    void atMost(String name, long value, long limit) {
        add(new Finding(name, String.valueOf(value), limit == 0 ? "0" : "<= " + limit, value <= limit));
    }

    void atLeast(String name, long value, long limit) {
        add(new Finding(name, String.valueOf(value), ">= " + limit, value >= limit));
    }

    void exactly(String name, Object value, Object expected) {
        add(new Finding(name, String.valueOf(value), String.valueOf(expected), Objects.equals(value, expected)));
    }

    /** @param millis negative for never */
    void within(String name, long millis, long limit) {
        add(new Finding(name, millis < 0 ? "never" : String.valueOf(millis), "<= " + limit, millis >= 0 && millis <= limit));
    }

    /** How many there are, in whose words the first ones go to the progress. */
    void none(String name, List<String> samples) {
        samples.stream().distinct().limit(5).forEach(sample -> say("  %s: %s", name, sample));
        atMost(name, samples.size(), 0);
    }

    void say(String format, Object... arguments) {
        progress.printf(format + "%n", arguments);
    }

    private void add(Finding finding) {
        all.add(finding);
        say("  %s", finding);
    }
}
