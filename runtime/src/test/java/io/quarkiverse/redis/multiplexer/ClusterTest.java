package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;

/** Clients of the type CLUSTER, with a cluster of one node. */
class ClusterTest {

    @RegisterExtension
    final RealRedis real = new RealRedis("--cluster-enabled", "yes");

    private MultiplexedRedis redis;

    @BeforeEach
    void formCluster() {
        try (RespClient administrator = real.server().client()) {
            administrator.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
            awaitUntil(() -> ((String) administrator.call("CLUSTER", "INFO")).contains("cluster_state:ok"));
        }
        redis = real.client(new RedisOptions().setType(RedisClientType.CLUSTER).setConnectionString(real.server().url()),
                new MultiplexerOptions());
    }

    @Test
    void aConnectionSharesWhatTheClientHas() throws Exception {
        await(redis.send(request(Command.SET, "key", "value")));
        RedisConnection connection = await(redis.connect());
        assertEquals("value", awaitText(connection.send(request(Command.GET, "key"))));
        assertEquals("1", awaitText(connection.send(request(Command.DBSIZE))));
        await(connection.close());
    }

    /** It takes classes of the stock client's only. What it is for, the client does itself: commands go to all nodes. */
    @Test
    void theClusterApiOfVertxTakesNeitherTheClientNorItsConnections() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> RedisCluster.create(redis));
        RedisConnection connection = await(redis.connect());
        assertThrows(IllegalArgumentException.class, () -> RedisCluster.create(connection));
        await(connection.close());
    }
}
