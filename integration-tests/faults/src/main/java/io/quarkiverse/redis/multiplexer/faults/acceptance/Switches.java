package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.test.RedisSentinels;

/** Ways in which another server is made the primary while the old one lives. They return when all servers have settled. */
final class Switches {

    /** Until clients have heard of a primary that all sentinels know of. */
    private static final long TOLD_MILLIS = 500;
    /** How long the old one takes itself for the primary still. */
    private static final long STRAY_MILLIS = 1000;

    /**
     * @param successor the new primary
     * @param stray how many INCR the old one has executed when its clients should have known better
     */
    record Switch(int successor, long stray) {
    }

    private Switches() {
    }

    static Switch bySentinel(RedisSentinels servers) throws InterruptedException {
        int old = servers.primary();
        int successor = servers.switchOver();
        TimeUnit.MILLISECONDS.sleep(TOLD_MILLIS);
        long before = CommandCounts.calls(servers.server(old), "incr");
        TimeUnit.MILLISECONDS.sleep(STRAY_MILLIS);
        long stray = CommandCounts.calls(servers.server(old), "incr") - before;
        servers.demote(old, successor);
        servers.awaitStable();
        return new Switch(successor, stray);
    }

    /** Without a word to anybody, nor an end of connections. Of two servers. */
    static void byHand(RedisSentinels servers) {
        servers.promote(1 - servers.primary());
        servers.awaitStable();
    }

    /** As the servers do it themselves, which hold their clients back meanwhile. Of two servers. */
    static void byServers(RedisSentinels servers) throws InterruptedException {
        int old = servers.primary();
        servers.call(old, "FAILOVER", "TO", "127.0.0.1", String.valueOf(servers.server(1 - old).port()));
        while (!servers.isPrimary(1 - old)) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        servers.awaitStable();
    }
}
