package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant;
import io.quarkiverse.redis.multiplexer.faults.ServerProxies;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/**
 * No sentinel can be reached while they make another server the primary, so that nobody hears of it, and the old one answers as
 * before. When they can be reached again, it is found out.
 */
final class MissedSwitchTest implements AcceptanceTest {

    private static final long CORRECTED_MILLIS = 1000;

    @Override
    public String name() {
        return "S7";
    }

    @Override
    public String idea() {
        return "SENTINEL FAILOVER while the client can't reach the sentinels";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(1, ground.size(3, 1));
        ground.keep(new ServerProxies(servers.servers()));
        ServerProxies sentinels = ground.keep(new ServerProxies(servers.sentinels()));
        Contestant client = ground.client(ClientSetup.of(ServerTopology.sentinel, sentinels.urls()));
        Callers callers = Callers.start(client, Callers.ONE_SHARD, ground.random());
        callers.awaitWarm();
        int old = servers.primary();
        sentinels.cutOff();
        int successor = servers.switchOver();
        sentinels.reconnect();
        findings.within("after the end of the partition a write goes to the new primary, ms",
                Probe.reaches(servers, successor, client),
                ground.isFull() ? CORRECTED_MILLIS : Ground.DEADLINE.toMillis());
        TimeUnit.SECONDS.sleep(ground.size(2, 0));
        servers.demote(old, successor);
        servers.awaitStable();
        callers.stop();
        PrimaryJudge judge = new PrimaryJudge(findings, callers);
        judge.noFailures();
        judge.nothingLate();
        judge.counters(servers, successor, PrimaryJudge.Losses.ANY);
    }
}
