package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.Call;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/** Two servers that replicate each other: each sends its clients to the other one. They are not to run in circles. */
final class RedirectCircleTest implements AcceptanceTest {

    private static final int SECONDS = 5;
    private static final int MOST_EACH_SECOND = 50;

    @Override
    public String name() {
        return "R4-circle";
    }

    @Override
    public String idea() {
        return "two servers of Valkey that send clients to each other, then one of them is the primary again";
    }

    static Optional<String> valkeyOnly(Ground ground) {
        return ground.binary() == RedisBinary.VALKEY_8_0 || ground.binary() == RedisBinary.VALKEY_9_1 ? Optional.empty()
                : Optional.of("Redis has no REDIRECT");
    }

    @Override
    public Optional<String> obstacle(Ground ground) {
        return valkeyOnly(ground);
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(1, 0);
        Contestant client = ground.client(servers);
        Answers answers = new Answers(client);
        answers.of(Verb.SET, "key", "value");
        servers.replicate(0, 1);
        int seconds = ground.size(SECONDS, 1);
        long before = refused(servers);
        CompletableFuture<Object> written = client.send(Call.of(Verb.SET, "key", "other")).toCompletableFuture().copy();
        TimeUnit.SECONDS.sleep(seconds);
        findings.atMost("refusals of one SET in " + seconds + " s", refused(servers) - before,
                (long) MOST_EACH_SECOND * seconds);
        servers.promote(1);
        findings.exactly("SET, when one of them is the primary", Answers.words(Answers.await(() -> written)), "OK");
    }

    private static long refused(RedisSentinels servers) {
        return servers.servers().stream().mapToLong(server -> CommandCounts.refused(server, "set")).sum();
    }
}
