package io.quarkiverse.redis.multiplexer.faults.acceptance;

import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/**
 * Those who wait for elements go on waiting at the new primary. Elements are pushed when it is one: what an old primary
 * acknowledges after that is lost to any client, and what it hands out is there a second time.
 */
final class SentinelBlockingTest implements AcceptanceTest {

    /** Not more than our client has connections for. */
    private static final int WAITING = 30;
    private static final int ELEMENTS = 10_000;
    private static final int FAILOVERS = 5;
    private static final String SECONDS = "30";

    @Override
    public String name() {
        return "S9-blocking";
    }

    @Override
    public String idea() {
        return "30 wait with BLPOP during each of 5 SENTINEL FAILOVER; 10,000 elements";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(1, ground.size(3, 1));
        Poppers poppers = Poppers.start(ground.client(servers), WAITING, SECONDS);
        poppers.push(WAITING);
        poppers.awaitPopped();
        int elements = ground.size(ELEMENTS, ELEMENTS / 20);
        int failovers = ground.size(FAILOVERS, 1);
        for (int i = 1; i <= failovers; i++) {
            Switches.bySentinel(servers);
            poppers.push(elements * i / failovers);
            poppers.awaitPopped();
        }
        poppers.stop();
        poppers.push(elements + WAITING);
        poppers.awaitEnd();
        findings.tell("failovers", failovers);
        poppers.judge(findings);
    }
}
