package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** Commands to a real cluster whose keys the client does not know, for a user who may not ask for them. */
class ClusterUnknownCommandTest {

    private static final Command UNKNOWN = Command.create("unheard.incr");

    @RegisterExtension
    final RealCluster real = new RealCluster(0, "--rename-command", "incr", "unheard.incr");

    @Test
    void theFirstArgumentIsTakenForTheKeyOnAConnectionOfItsOwnToo() throws Exception {
        RedisCluster servers = real.servers();
        for (int node : servers.primaries()) {
            servers.call(node, "ACL", "SETUSER", "default", "-command");
        }
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        for (int node : servers.primaries()) {
            String key = IntStream.range(0, RedisCluster.SLOTS).mapToObj(i -> "key" + i)
                    .filter(each -> servers.owner(servers.slot(each)) == node).findFirst().orElseThrow();
            assertEquals("1", await(redis.send(request(UNKNOWN, key))).toString());
            List<Response> replies = await(redis.batch(List.of(request(Command.CLIENT, "ID"), request(UNKNOWN, key))));
            assertEquals("2", replies.get(1).toString());
        }
    }
}
