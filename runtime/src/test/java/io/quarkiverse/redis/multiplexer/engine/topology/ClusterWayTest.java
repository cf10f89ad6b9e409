package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link Cluster} where nobody answers, and a {@link ClusterWay} before it has led anywhere. */
class ClusterWayTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context caller = vertx.getOrCreateContext();
    private final Cluster cluster = new Cluster(vertx, ClientSettings.of("test",
            new RedisOptions().setType(RedisClientType.CLUSTER).setConnectionString("redis://localhost:1")
                    .addConnectionString("redis://localhost:2"),
            new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(500))), PendingBytes.atMost(1_000_000));

    @AfterEach
    void stop() throws Exception {
        RealRedis.await(cluster.close(Duration.ZERO));
        RealRedis.await(vertx.close());
    }

    @Test
    void errorsAboutTheClusterHaveNoOtherWayBeforeANodeIsKnown() {
        ClusterWay way = new ClusterWay(cluster, caller, 1, UnavailablePolicy.QUEUE, new IllegalStateException("stopped"));
        assertTrue(way.after(ErrorType.create("MOVED 1 b:2")).isEmpty());
        assertTrue(way.after(ErrorType.create("WRONGTYPE no")).isEmpty());
        assertInstanceOf(ClusterWay.class,
                way.after(ErrorType.create("UNBLOCKED force unblock, instance state changed (master -> replica?)"))
                        .orElseThrow());
    }

    @Test
    void nothingIsKnownAndNothingIsThrown() throws Exception {
        assertEquals(List.of(), cluster.status());
        Throwable failure = RealRedis
                .awaitFailure(cluster.lend(caller, List.of(Request.cmd(Command.GET).arg("k")), null));
        assertTrue(failure.getMessage().contains("localhost:1"), failure::getMessage);
        assertSame(SlotMap.EMPTY, cluster.map());
        assertTrue(cluster.primary(1).isEmpty());
        assertEquals("localhost", cluster.owner(1).orElseThrow().address().host());
    }

    @Test
    void afterTheEndEverythingFailsAsNotSent() throws Exception {
        RealRedis.await(cluster.close(Duration.ZERO));
        Throwable failure = RealRedis.awaitFailure(cluster.whenReady(caller));
        assertTrue(failure instanceof CommandFailure unsent && !unsent.sent(), failure::toString);
    }
}
