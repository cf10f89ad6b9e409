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
        Object begun = metrics.begin("GET");
        metrics.replied(begun);
        metrics.close();

        assertEquals(List.of("createClientMetrics[server:6379, redis, name]", "its requestBegin[GET, GET]",
                "its requestEnd[requestBegin]", "its responseBegin[requestBegin, null]", "its responseEnd[requestBegin]",
                "its close"), fake.told);
    }

    @Test
    void aCommandWithoutAReplyIsReset() {
        CommandMetrics metrics = CommandMetrics.of(vertx, SERVER, null).orElseThrow();
        metrics.failed(metrics.begin("GET"));

        assertEquals("its requestReset[requestBegin]", fake.told.get(3));
    }

    @Test
    void aLeaseIsSubmittedBegunAndEnded() {
        LeaseMetrics metrics = LeaseMetrics.of(vertx, "name", 8).orElseThrow();
        Object begun = metrics.begin(metrics.submitted());
        metrics.end(begun);
        metrics.close();

        assertEquals(List.of("createPoolMetrics[redis, name, 8]", "its submitted", "its begin[submitted]",
                "its end[begin, true]", "its close"), fake.told);
    }

    @Test
    void whoGetsNoLeaseIsRejected() {
        LeaseMetrics metrics = LeaseMetrics.of(vertx, "name", 8).orElseThrow();
        metrics.rejected(metrics.submitted());

        assertEquals("its rejected[submitted]", fake.told.get(2));
    }

    @Test
    void withoutMetricsThereAreNone() throws Exception {
        stop();
        vertx = Vertx.vertx();

        assertEquals(Optional.empty(), CommandMetrics.of(vertx, SERVER, "name"));
        assertEquals(Optional.empty(), LeaseMetrics.of(vertx, "name", 8));
    }
}
