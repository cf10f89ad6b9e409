package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.vertx.redis.client.RedisTopology;

/** A primary without replicas, and one host that the client is told of. */
final class LoneHostTest implements AcceptanceTest {

    private static final long SOON_MILLIS = 1000;

    @Override
    public String name() {
        return "R1";
    }

    @Override
    public String idea() {
        return "one host, no replicas";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(0, 0);
        ground.warmUp(servers);
        for (RedisTopology discovery : RedisTopology.values()) {
            String mode = ", topology=" + discovery.name().toLowerCase(Locale.ROOT);
            Answers answers = new Answers(
                    ground.client(ClientSetup.of(ServerTopology.replication, servers.urls()).withDiscovery(discovery)));
            long start = System.nanoTime();
            Object answer = answers.of(Verb.SET, "key", "value");
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            findings.exactly("SET" + mode, Answers.words(answer), "OK");
            findings.within("answered after, ms" + mode, answer instanceof Throwable ? -1 : millis,
                    ground.isFull() ? SOON_MILLIS : Ground.DEADLINE.toMillis());
        }
    }
}
