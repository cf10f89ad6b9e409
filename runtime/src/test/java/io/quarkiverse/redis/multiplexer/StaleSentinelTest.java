package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.eventually;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.vertx.redis.client.Command;

/** A sentinel that has missed a failover names the old primary, which has missed it, too, and takes itself for the primary. */
class StaleSentinelTest {

    @RegisterExtension
    final RealSentinels real = new RealSentinels(1, 3);

    @Test
    void nothingIsWrittenToTheOldPrimaryByTheWordOfOneThatHasMissedTheFailover() throws Exception {
        RedisSentinels servers = real.servers();
        int old = servers.primary();
        int stale = 2;
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        eventually(() -> redis.send(request(Command.GET, "counter")));
        servers.sentinel(stale).kill();
        servers.server(old).freeze();
        awaitUntil(() -> servers.primary(0) != old && servers.primary(1) != old && servers.isPrimary(servers.primary(0)));
        int successor = servers.primary(0);
        // The first one may wait in the old primary's socket, which executes it later.
        eventually(() -> redis.send(request(Command.SET, "follows", "yes")));

        for (int sentinel = 0; sentinel < stale; sentinel++) {
            servers.sentinel(sentinel).kill();
        }
        servers.server(old).thaw();
        // It would have the successor replicate the old primary after 8 seconds.
        servers.sentinel(stale).run();
        int count = 0;
        // Each loss of a sentinel has the client search, and so does what it asks now and then.
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4); System.nanoTime() - end < 0;) {
            assertEquals(++count, await(redis.send(request(Command.INCR, "counter"))).toInteger());
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertEquals(String.valueOf(count), servers.call(successor, "GET", "counter"));
        assertNull(servers.call(old, "GET", "counter"));
        assertEquals(old, servers.primary(stale));
    }
}
