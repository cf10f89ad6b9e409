package io.quarkiverse.redis.multiplexer.faults;

import java.io.PrintStream;
import java.time.Duration;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What a run has found: figures by name, and under {@code violations} which of them should not be so, in words. */
final class Figures {

    private final JsonArray violations = new JsonArray();
    private final JsonObject figures = new JsonObject();
    private final PrintStream progress;

    /** @param progress is told what is found as soon as it is */
    Figures(PrintStream progress) {
        this.progress = progress;
    }

    JsonObject all() {
        return figures.copy().put("violations", violations.copy());
    }

    void put(String name, Object value) {
        figures.put(name, value);
    }

    /** A duration in milliseconds, {@code null} for never. */
    void within(String name, Long millis, Duration limit) {
        String value = millis == null ? "never" : millis.toString();
        say("%s: %s", name, value);
        put(name, millis);
        if (millis == null || millis > limit.toMillis()) {
            violation(name + " is " + value + ", more than " + limit.toMillis());
        }
    }

    void atMost(String name, long value, long limit) {
        say("%s: %d", name, value);
        put(name, value);
        if (value > limit) {
            violation(name + " is " + value + ", more than " + limit);
        }
    }

    void violation(String what) {
        violations.add(what);
    }

    void say(String format, Object... arguments) {
        progress.printf(format + "%n", arguments);
    }
}
