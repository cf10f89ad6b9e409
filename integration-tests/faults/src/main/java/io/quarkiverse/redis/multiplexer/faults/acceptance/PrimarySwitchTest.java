package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** Without sentinels, another server becomes the primary, and the old one keeps its connections. Nobody notices. */
final class PrimarySwitchTest implements AcceptanceTest {

    private static final long LONGEST_PAUSE_MILLIS = 1000;

    /** Who does it. */
    enum Way {
        /** {@code REPLICAOF}: what the old primary acknowledges meanwhile is lost to any client. */
        HAND("REPLICAOF, 10 times", 10, PrimaryJudge.Losses.ANY) {
            @Override
            void change(RedisSentinels servers) {
                Switches.byHand(servers);
            }
        },
        /** {@code FAILOVER}, which loses nothing. */
        SERVERS("FAILOVER, 20 times, on Valkey", 20, PrimaryJudge.Losses.NONE) {
            @Override
            void change(RedisSentinels servers) throws InterruptedException {
                Switches.byServers(servers);
            }
        };

        private final String words;
        private final int times;
        private final PrimaryJudge.Losses losses;

        Way(String words, int times, PrimaryJudge.Losses losses) {
            this.words = words;
            this.times = times;
            this.losses = losses;
        }

        abstract void change(RedisSentinels servers) throws InterruptedException;
    }

    private final String name;
    private final Way way;

    PrimarySwitchTest(String name, Way way) {
        this.name = name;
        this.way = way;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String idea() {
        return way.words;
    }

    @Override
    public Optional<String> obstacle(Ground ground) {
        return way == Way.SERVERS ? RedirectCircleTest.valkeyOnly(ground) : Optional.empty();
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(1, 0);
        Callers callers = Callers.start(ground.client(servers), Callers.ONE_SHARD, ground.random());
        long warm = callers.awaitWarm();
        int times = ground.size(way.times, 2);
        for (int i = 0; i < times; i++) {
            TimeUnit.MILLISECONDS.sleep(300);
            way.change(servers);
        }
        TimeUnit.MILLISECONDS.sleep(300);
        long until = System.nanoTime();
        int primary = servers.primary();
        if (way == Way.SERVERS) {
            findings.tell("connections that want to be redirected", redirected(servers.server(primary)));
        }
        callers.stop();
        findings.tell("switches", times);
        PrimaryJudge judge = new PrimaryJudge(findings, callers);
        judge.noFailures();
        judge.nothingLate();
        judge.longestPause(warm, until, LONGEST_PAUSE_MILLIS, ground.isFull());
        judge.counters(servers, primary, way.losses);
    }

    /** {@code CLIENT CAPA redirect}, which Valkey shows since 8.1. */
    private static long redirected(RedisServer server) {
        try (RespClient observer = server.client()) {
            return observer.connections().stream().filter(line -> line.contains("capa=r")).count();
        }
    }
}
