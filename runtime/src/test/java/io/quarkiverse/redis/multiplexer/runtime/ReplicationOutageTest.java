package io.quarkiverse.redis.multiplexer.runtime;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealSentinels;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;

/** What the readiness check says when servers of a replication are away. */
class ReplicationOutageTest {

    @RegisterExtension
    final RealSentinels real = new RealSentinels(1, 0);

    private MultiplexedRedis client() throws Exception {
        MultiplexedRedis redis = real.replication(new RedisOptions().setUseReplicas(RedisReplicas.ALWAYS)
                .setEndpoints(new ArrayList<>(real.servers().urls())), new MultiplexerOptions());
        await(redis.send(request(Command.SET, "key", "value")));
        return redis;
    }

    @Test
    void aPrimaryWithoutASuccessorIsToldAtOnce() throws Exception {
        MultiplexedRedis redis = client();
        assertEquals("PONG", OutageChecks.answer(redis));

        real.servers().server(0).kill();
        OutageChecks.awaitToldAtOnce(redis, "127.0.0.1:" + real.servers().server(0).port());
    }

    @Test
    void aReplicaMayBeAway() throws Exception {
        MultiplexedRedis redis = client();
        awaitUntil(() -> {
            await(redis.send(request(Command.GET, "key")));
            return real.servers().call(1, "INFO", "commandstats").toString().contains("cmdstat_get");
        });
        real.servers().server(1).kill();
        awaitUntil(() -> redis.status().lanes().stream().anyMatch(lane -> lane.state() == ConnectionState.BACKING_OFF));
        assertEquals("PONG", OutageChecks.answer(redis));
    }
}
