package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;

/** A replica does not tell which keys expire: a planned failover has to be noticed by who does nothing but listen. */
class ClusterExpiryEventsTest {

    private static final String EXPIRED = "__keyevent@0__:expired";
    private static final long SOON_MILLIS = 3_000;

    @RegisterExtension
    final RealCluster real = new RealCluster(1, "--notify-keyspace-events", "Ex");

    private final AtomicInteger restored = new AtomicInteger();
    private final Queue<String> expired = new ConcurrentLinkedQueue<>();

    @Test
    void anIdleListenerNoticesAPlannedFailover() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setListener(new MultiplexerListener() {
            @Override
            public void subscriptionRestored(SubscriptionRestored event) {
                restored.incrementAndGet();
            }
        }));
        RedisConnection connection = await(redis.connect());
        connection.handler(message -> {
            if (message.size() == 3) {
                expired.add(message.get(2).toString());
            }
        });
        await(connection.send(request(Command.SUBSCRIBE, EXPIRED)));
        int primary = real.servers().owner(real.servers().slot("key"));
        int replica = real.servers().replicasOf(primary).get(0);
        real.servers().failover(replica);
        long began = System.nanoTime();
        awaitUntil(() -> restored.get() > 0);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        real.servers().call(replica, "SET", "key", "1", "PX", "1");
        awaitUntil(() -> expired.contains("key"));
        assertTrue(millis < SOON_MILLIS, () -> "It took " + millis + " ms");
    }
}
