package io.quarkiverse.redis.multiplexer.engine.vertx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;

/** {@link CommandMetrics} and {@link LeaseMetrics}: what becomes of their calls in the metrics of Vert.x. */
class VertxMetricsTest {

    private static final SocketAddress SERVER = SocketAddress.inetSocketAddress(6379, "server");

    private final FakeMetrics fake = new FakeMetrics();
    private Vertx vertx = fake.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aCommandIsARequestAndItsReplyAResponse() {
        CommandMetrics metrics = CommandMetrics.of(vertx, SERVER, "name").orElseThrow();
        metrics.replied(metrics.begin("GET"));
        metrics.close();

        assertEquals(List.of("createClientMetrics", "its requestBegin", "its requestEnd", "its responseBegin",
                "its responseEnd", "its close"), told());
    }

    @Test
    void aCommandWithoutAReplyIsReset() {
        CommandMetrics metrics = CommandMetrics.of(vertx, SERVER, null).orElseThrow();
        metrics.failed(metrics.begin("GET"));

        assertEquals(List.of("createClientMetrics", "its requestBegin", "its requestEnd", "its requestReset"), told());
    }

    @Test
    void aLeaseIsWaitedForBegunAndEnded() {
        LeaseMetrics metrics = LeaseMetrics.of(vertx, "name", 8).orElseThrow();
        metrics.end(metrics.begin(metrics.submitted()));
        metrics.close();

        assertEquals(List.of("createPoolMetrics[redis, name, 8]", "its enqueue", "its dequeue[enqueue]", "its begin",
                "its end[begin]", "its close"), fake.told);
    }

    @Test
    void whoGetsNoLeaseWaitsNoMore() {
        LeaseMetrics metrics = LeaseMetrics.of(vertx, "name", 8).orElseThrow();
        metrics.rejected(metrics.submitted());

        assertEquals(List.of("createPoolMetrics[redis, name, 8]", "its enqueue", "its dequeue[enqueue]"), fake.told);
    }

    @Test
    void withoutMetricsThereAreNone() throws Exception {
        stop();
        vertx = Vertx.vertx();

        assertEquals(Optional.empty(), CommandMetrics.of(vertx, SERVER, "name"));
        assertEquals(Optional.empty(), LeaseMetrics.of(vertx, "name", 8));
    }

    /** The methods that are called, but for one that Vert.x 5.0 has not. */
    private List<String> told() {
        return fake.told.stream().map(call -> call.replaceAll("\\[.*", "")).filter(call -> !call.equals("its init")).toList();
    }
}
