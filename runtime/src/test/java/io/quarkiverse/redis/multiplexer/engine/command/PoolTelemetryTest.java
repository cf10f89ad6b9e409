package io.quarkiverse.redis.multiplexer.engine.command;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.vertx.FakeMetrics;
import io.vertx.core.Vertx;

class PoolTelemetryTest {

    @Test
    void loansAreToldToTheMetrics() throws Exception {
        FakeMetrics fake = new FakeMetrics();
        Vertx vertx = fake.vertx();
        PoolTelemetry telemetry = new PoolTelemetry(vertx, "client", 7);
        fake.told.clear();
        Object used = telemetry.begin(telemetry.submitted());
        telemetry.end(used);
        telemetry.rejected(telemetry.submitted());
        telemetry.close();
        List<String> told = fake.told.stream().map(each -> each.replaceFirst("\\[.*", "")).toList();
        assertEquals(List.of("its submitted", "its begin", "its end", "its submitted", "its rejected", "its close"), told);
        await(vertx.close());
    }

    @Test
    void whereNothingIsCountedNothingIsTold() throws Exception {
        Vertx vertx = Vertx.vertx();
        PoolTelemetry telemetry = new PoolTelemetry(vertx, "client", 7);
        Object used = telemetry.begin(telemetry.submitted());
        telemetry.end(used);
        telemetry.rejected(used);
        telemetry.close();
        await(vertx.close());
    }
}
