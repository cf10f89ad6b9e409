package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;

/** WAIT in a cluster tells about the writes on all of its primaries. */
class ClusterWaitTest {

    private final Vertx vertx = Vertx.vertx();
    private RedisCluster servers;
    private MultiplexedRedis redis;

    @AfterEach
    void stop() throws Exception {
        if (servers != null) {
            redis.close();
            servers.close();
        }
        await(vertx.close());
    }

    private void start(RedisBinary binary) {
        binary.assumeThere();
        servers = RedisCluster.start(binary, 3, 1);
        servers.awaitStable();
        RedisOptions options = new RedisOptions().setType(RedisClientType.CLUSTER);
        servers.urls().forEach(options::addConnectionString);
        redis = MultiplexedRedis.create(vertx, options, new MultiplexerOptions());
    }

    private String keyOf(int primary) {
        return IntStream.range(0, RedisCluster.SLOTS).mapToObj(i -> "key" + i)
                .filter(key -> servers.owner(servers.slot(key)) == primary).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aWriteThatOneReplicaHasNotGotIsNotCountedWhicheverThatIs(RedisBinary binary) throws Exception {
        start(binary);
        for (int primary : servers.primaries()) {
            assertEquals("1", awaitText(redis.send(request(Command.WAIT, 1, 10_000))));
            String key = keyOf(primary);
            RedisServer replica = servers.node(servers.replicasOf(primary).get(0));
            replica.freeze();
            try {
                await(redis.send(request(Command.SET, key, 1)));
                assertEquals("0", awaitText(redis.send(request(Command.WAIT, 1, 200))), "send");
                RedisConnection connection = await(redis.connect());
                await(connection.send(request(Command.SET, key, 2)));
                assertEquals("0", awaitText(connection.send(request(Command.WAIT, 1, 200))), "connection");
                assertEquals("2", awaitText(connection.send(request(Command.GET, key))));
                await(connection.close());
                assertEquals("[OK, 0]", await(redis.batch(List.of(request(Command.SET, key, 3), request(Command.WAIT, 1, 200))))
                        .toString(), "batch");
            } finally {
                replica.thaw();
            }
        }
    }
}
