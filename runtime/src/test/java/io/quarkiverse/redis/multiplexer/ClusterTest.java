package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;

/** Clients of the type CLUSTER and the API of Vert.x that is about clusters, with a cluster of one node. */
class ClusterTest {

    @RegisterExtension
    final RealRedis real = new RealRedis("--cluster-enabled", "yes");

    private MultiplexedRedis redis;

    @BeforeEach
    void formCluster() {
        real.server().formCluster();
        redis = real.client(new RedisOptions().setType(RedisClientType.CLUSTER).setConnectionString(real.server().url()),
                new MultiplexerOptions());
    }

    /** It takes classes of the stock client's only; with Quarkus' own client, which wraps it, that is no different. */
    @Test
    void thatTheClusterApiOfVertxDoesNotTakeItIsSaidTogetherWithWhatToDo() throws Exception {
        RedisConnection connection = await(redis.connect());
        for (Executable creation : List.<Executable> of(() -> RedisCluster.create(redis),
                () -> RedisCluster.create(connection))) {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, creation);
            assertTrue(refusal.getMessage().contains("send(..) reaches all nodes of a cluster that a command is about"),
                    refusal::getMessage);
        }
    }

    @Test
    void whereThereAreNoReplicasThePrimaryIsReadFromAndThatIsCountedIfItShouldNotBe() throws Exception {
        for (RedisReplicas mode : List.of(RedisReplicas.SHARE, RedisReplicas.ALWAYS)) {
            MultiplexedRedis reading = real.client(new RedisOptions().setType(RedisClientType.CLUSTER)
                    .setConnectionString(real.server().url()).setUseReplicas(mode), new MultiplexerOptions());
            await(reading.send(request(Command.SET, "key", "value")));
            assertEquals("value", await(reading.send(request(Command.GET, "key"))).toString());
            assertEquals(mode == RedisReplicas.ALWAYS ? 1 : 0, reading.status().fallbackReads());
        }
    }

    @Test
    void itIsNotNeeded() throws Exception {
        await(redis.send(request(Command.SET, "key", "value")));
        assertEquals(1, await(redis.send(request(Command.DBSIZE))).toInteger());
    }
}
