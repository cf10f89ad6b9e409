package io.quarkiverse.redis.multiplexer.runtime;

import java.util.Locale;
import java.util.function.ToLongFunction;

import io.quarkiverse.redis.multiplexer.LaneStatus.Failures;

/** Why commands fail, as a meter tells it. */
enum FailureReason {
    SERVER_ERROR(Failures::errors),
    TIMEOUT(Failures::timeouts),
    CONNECTION_LOST(Failures::lost),
    UNAVAILABLE(Failures::unavailable),
    BACKLOG_FULL(Failures::refused);

    private final ToLongFunction<Failures> figure;

    FailureReason(ToLongFunction<Failures> figure) {
        this.figure = figure;
    }

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How many failed for it. */
    long count(Failures failures) {
        return figure.applyAsLong(failures);
    }
}
