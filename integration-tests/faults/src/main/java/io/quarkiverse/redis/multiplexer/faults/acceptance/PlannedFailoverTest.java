package io.quarkiverse.redis.multiplexer.faults.acceptance;

import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/**
 * A sentinel makes another server the primary while the old one lives, and nobody notices. Sentinels leave the old one a
 * primary
 * for 8 seconds or more; here it is made a replica sooner, when those who listen have long heard of its successor.
 */
final class PlannedFailoverTest implements AcceptanceTest {

    private static final int FAILOVERS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    @Override
    public String name() {
        return "S1";
    }

    @Override
    public String idea() {
        return "SENTINEL FAILOVER, 20 times";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(ground.size(2, 1), ground.size(3, 1));
        Callers callers = Callers.start(ground.client(servers), Callers.ONE_SHARD, ground.random());
        long warm = callers.awaitWarm();
        int failovers = ground.size(FAILOVERS, 1);
        long stray = 0;
        for (int i = 0; i < failovers; i++) {
            stray += Switches.bySentinel(servers).stray();
        }
        long until = System.nanoTime();
        callers.stop();
        findings.tell("failovers", failovers);
        if (ground.isFull()) {
            findings.atMost("increments at an old primary when clients should know better", stray, 0);
        }
        PrimaryJudge judge = new PrimaryJudge(findings, callers);
        judge.noFailures();
        judge.nothingLate();
        judge.longestPause(warm, until, LONGEST_PAUSE_MILLIS, ground.isFull());
        judge.counters(servers, servers.primary(), PrimaryJudge.Losses.ANY);
    }
}
