package io.quarkiverse.redis.multiplexer.runtime;

import java.util.List;
import java.util.Optional;

import org.eclipse.microprofile.config.Config;

/**
 * The conventions of OpenTelemetry by which attributes of spans are named. They are chosen as for all instrumentation of
 * OpenTelemetry, with {@code OTEL_SEMCONV_STABILITY_OPT_IN}, a list with commas.
 */
enum DatabaseConventions {

    /** As the stock client's spans are named. */
    STOCK,
    /** The stable ones: {@code database}. */
    STABLE,
    /** Both: {@code database/dup}. */
    BOTH;

    private static final String KEY = "otel.semconv-stability.opt-in";

    /** Those that are configured: as an environment variable, as a system property, or with the application. */
    static DatabaseConventions configured(Config config) {
        return of(config.getOptionalValues(KEY, String.class));
    }

    /** @param optIns what has been opted in to; {@code database/dup} is stronger than {@code database} */
    static DatabaseConventions of(Optional<List<String>> optIns) {
        List<String> all = optIns.orElse(List.of()).stream().map(String::strip).toList();
        if (all.contains("database/dup")) {
            return BOTH;
        }
        return all.contains("database") ? STABLE : STOCK;
    }
}
