package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;

/** Clients of the type CLUSTER, which are the stock client, with a cluster of one node. */
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
    void theClusterApiOfVertxTakesConnections() throws Exception {
        await(redis.send(request(Command.SET, "key", "value")));
        RedisConnection connection = await(redis.connect());
        RedisCluster cluster = RedisCluster.create(connection);
        assertEquals("[1]", await(cluster.onAllMasterNodes(request(Command.DBSIZE))).toString());
        await(connection.close());
    }

    /** It takes a class of the stock client's only; with Quarkus' own client, which wraps it, that is no different. */
    @Test
    void thatItDoesNotTakeTheClientIsSaidTogetherWithWhatItTakes() {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> RedisCluster.create(redis));
        assertTrue(refusal.getMessage().contains("RedisCluster.create takes the connections that connect() gives"),
                refusal::getMessage);
    }
}
