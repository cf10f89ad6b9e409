package io.quarkiverse.redis.multiplexer.runtime;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.eventually;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealCluster;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** What is seen from outside when a cluster does not serve. */
class ClusterOutageTest {

    @RegisterExtension
    final RealCluster real = new RealCluster(0);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private MultiplexedRedis metered(MultiplexerOptions options) throws Exception {
        MultiplexedRedis redis = real.client(options);
        eventually(() -> redis.send(request(Command.SET, "key", "value")));
        new ClientMeters(redis).bindTo(registry);
        return redis;
    }

    /** Of all nodes, and of none. */
    private double failures(String reason) {
        return registry.get("redis.multiplexer.failures").tag("reason", reason).functionCounters().stream()
                .mapToDouble(counter -> counter.count()).sum();
    }

    private double backlog() {
        return registry.get("redis.multiplexer.backlog").gauges().stream().mapToDouble(gauge -> gauge.value()).sum();
    }

    @Test
    void whatWaitsForASlotThatNobodyServesIsInTheBacklogAndThenTimeouts() throws Exception {
        MultiplexedRedis redis = metered(new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(5)));
        double before = failures("timeout");
        double errorsBefore = failures("server_error");
        int slot = real.servers().slot("key");
        for (int node = 0; node < RealCluster.PRIMARIES; node++) {
            real.servers().call(node, "CLUSTER", "DELSLOTS", String.valueOf(slot));
        }
        List<Future<Response>> answers = IntStream.range(0, 10)
                .mapToObj(i -> redis.send(request(Command.SET, "key", String.valueOf(i)))).toList();

        awaitUntil(() -> backlog() >= 9);
        for (Future<Response> answer : answers) {
            awaitFailure(answer);
        }
        // One is being tried at a time: it may get the error of the server at the end of its time.
        awaitUntil(() -> failures("timeout") - before + failures("server_error") - errorsBefore == 10);
        assertTrue(failures("timeout") - before >= 9, () -> failures("timeout") + " timeouts, " + before + " before");
        awaitUntil(() -> backlog() == 0);
    }

    @Test
    void whatThereAreTooManyBytesOfIsRefused() throws Exception {
        MultiplexedRedis redis = metered(new MultiplexerOptions().setMaxPendingBytes(1000));
        assertInstanceOf(BacklogFullException.class,
                awaitFailure(redis.send(request(Command.SET, "key", "x".repeat(2000)))));
        awaitUntil(() -> failures("backlog_full") == 1);
    }

    /** Others serve their keys; it would be worse to have no application at all. */
    @Test
    void aPrimaryWithoutASuccessorIsTold() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        int owner = real.servers().owner(real.servers().slot("key"));
        eventually(() -> redis.send(request(Command.DBSIZE)));
        assertEquals("PONG", OutageChecks.answer(redis));

        real.servers().node(owner).kill();
        OutageChecks.awaitToldOfSome(redis, "127.0.0.1:" + real.servers().port(owner));
        real.servers().node(owner).run();
        OutageChecks.awaitAnswer(redis);
    }

    @Test
    void thatNoPrimaryCanBeReachedIsToldAtOnce() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        eventually(() -> redis.send(request(Command.DBSIZE)));
        for (int node = 0; node < RealCluster.PRIMARIES; node++) {
            real.servers().node(node).kill();
        }
        OutageChecks.awaitToldAtOnce(redis, "127.0.0.1:");
    }
}
