package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** All sentinels die. The primary lives, and serves; and when they are back, what they decide is noticed again. */
final class SentinelsLossTest implements AcceptanceTest {

    private static final long NOTICED_MILLIS = Ground.LIVENESS_TIMEOUT.toMillis() + 1000;

    @Override
    public String name() {
        return "S5";
    }

    @Override
    public String idea() {
        return "kill -9 of all sentinels, and their return";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(1, ground.size(3, 1));
        Contestant client = ground.client(servers);
        Callers callers = Callers.start(client, Callers.ONE_SHARD, ground.random());
        long warm = callers.awaitWarm();
        servers.sentinels().forEach(RedisServer::kill);
        TimeUnit.SECONDS.sleep(ground.size(10, 1));
        long until = System.nanoTime();
        callers.stop();
        PrimaryJudge judge = new PrimaryJudge(findings, callers);
        judge.noFailures();
        judge.nothingLate();
        judge.longestPause(warm, until, 0, false);
        judge.counters(servers, servers.primary(), PrimaryJudge.Losses.NONE);
        servers.sentinels().forEach(RedisServer::run);
        servers.awaitStable();
        int successor = servers.switchOver();
        findings.within("after their return a write goes to the primary that they have made, ms",
                Probe.reaches(servers, successor, client), ground.isFull() ? NOTICED_MILLIS : Ground.DEADLINE.toMillis());
    }
}
