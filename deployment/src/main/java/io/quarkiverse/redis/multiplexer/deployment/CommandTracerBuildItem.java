package io.quarkiverse.redis.multiplexer.deployment;

import io.quarkiverse.redis.multiplexer.CommandTracer;
import io.quarkus.builder.item.SimpleBuildItem;
import io.quarkus.runtime.RuntimeValue;

/** The tracer of commands, for applications that have OpenTelemetry. */
final class CommandTracerBuildItem extends SimpleBuildItem {

    private final RuntimeValue<CommandTracer> tracer;

    CommandTracerBuildItem(RuntimeValue<CommandTracer> tracer) {
        this.tracer = tracer;
    }

    RuntimeValue<CommandTracer> tracer() {
        return tracer;
    }
}
