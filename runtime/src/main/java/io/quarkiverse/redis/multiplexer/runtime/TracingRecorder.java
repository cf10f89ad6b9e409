package io.quarkiverse.redis.multiplexer.runtime;

import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

import io.quarkiverse.redis.multiplexer.CommandTracer;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.annotations.Recorder;

/**
 * Finds out how commands are traced. Used by applications that have OpenTelemetry only; others can load it, too, so its methods
 * name no type of OpenTelemetry.
 */
@Recorder
public class TracingRecorder {

    /** The tracer by the stable conventions, if they are opted in to, and nothing says that commands are not to be traced. */
    public RuntimeValue<CommandTracer> tracer() {
        Config config = ConfigProvider.getConfig();
        DatabaseConventions conventions = DatabaseConventions.configured(config);
        boolean wanted = conventions != DatabaseConventions.STOCK
                && isOr(config, "quarkus.otel.instrument.vertx-redis-client", true)
                && !isOr(config, "quarkus.otel.sdk.disabled", false);
        return new RuntimeValue<>(wanted
                ? OpenTelemetryTracer.ofApplication(conventions == DatabaseConventions.BOTH)
                : CommandTracer.NONE);
    }

    private static boolean isOr(Config config, String key, boolean otherwise) {
        return config.getOptionalValue(key, Boolean.class).orElse(otherwise);
    }
}
