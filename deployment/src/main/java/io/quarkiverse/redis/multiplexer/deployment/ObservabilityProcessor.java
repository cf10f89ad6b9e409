package io.quarkiverse.redis.multiplexer.deployment;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.deployment.config.MultiplexerBuildTimeConfig;
import io.quarkiverse.redis.multiplexer.runtime.MultiplexerHealthCheck;
import io.quarkiverse.redis.multiplexer.runtime.MultiplexerMetrics;
import io.quarkiverse.redis.multiplexer.runtime.TracingRecorder;
import io.quarkus.arc.deployment.AdditionalBeanBuildItem;
import io.quarkus.arc.deployment.ExcludedTypeBuildItem;
import io.quarkus.deployment.Capabilities;
import io.quarkus.deployment.Capability;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.deployment.metrics.MetricsCapabilityBuildItem;
import io.quarkus.redis.deployment.client.RedisBuildTimeConfig;
import io.quarkus.runtime.metrics.MetricsFactory;
import io.quarkus.smallrye.health.deployment.spi.HealthBuildItem;

/** Metrics, tracing and health, for applications that have the extensions for these. */
@BuildSteps(onlyIf = MultiplexerBuildTimeConfig.Enabled.class)
class ObservabilityProcessor {

    private static final String STOCK_CHECK = "io.quarkus.redis.runtime.client.health.RedisHealthCheck";

    @BuildStep
    void metrics(Optional<MetricsCapabilityBuildItem> metrics, BuildProducer<AdditionalBeanBuildItem> beans) {
        if (metrics.isPresent() && metrics.get().metricsSupported(MetricsFactory.MICROMETER)) {
            beans.produce(AdditionalBeanBuildItem.unremovableOf(MultiplexerMetrics.class));
        }
    }

    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    void tracing(Capabilities capabilities, TracingRecorder recorder, BuildProducer<CommandTracerBuildItem> tracers) {
        if (capabilities.isPresent(Capability.OPENTELEMETRY_TRACER)) {
            tracers.produce(new CommandTracerBuildItem(recorder.tracer()));
        }
    }

    @BuildStep
    HealthBuildItem health(RedisBuildTimeConfig config) {
        return new HealthBuildItem(MultiplexerHealthCheck.class.getName(), config.healthEnabled());
    }

    /** Two checks of the same connections could contradict each other. */
    @BuildStep
    ExcludedTypeBuildItem replaceStockHealthCheck() {
        return new ExcludedTypeBuildItem(STOCK_CHECK);
    }
}
