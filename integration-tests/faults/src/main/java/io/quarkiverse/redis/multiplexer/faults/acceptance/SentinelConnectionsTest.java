package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** A client has one connection to one sentinel at most, and selects no database there, though it does at the servers. */
final class SentinelConnectionsTest implements AcceptanceTest {

    private static final String DATABASE = "3";

    @Override
    public String name() {
        return "S9";
    }

    @Override
    public String idea() {
        return "what sentinels see of a client with a database other than 0";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(0, ground.size(3, 2));
        ScriptedSentinel first = ground.keep(new ScriptedSentinel(() -> servers.server(0).port()));
        List<String> urls = new ArrayList<>(List.of(first.url() + "/" + DATABASE));
        servers.sentinelUrls().forEach(url -> urls.add(url + "/" + DATABASE));
        Callers callers = Callers.start(ground.client(ClientSetup.of(ServerTopology.sentinel, urls)), Callers.ONE_SHARD,
                ground.random());
        callers.awaitWarm();
        TimeUnit.SECONDS.sleep(ground.size(5, 0));
        long connections = first.open() + servers.sentinels().stream().mapToLong(SentinelConnectionsTest::ofClients).sum();
        callers.stop();
        PrimaryJudge judge = new PrimaryJudge(findings, callers);
        judge.noFailures();
        findings.atMost("connections to sentinels", connections, 1);
        findings.atMost("SELECT sent to a sentinel", first.received("SELECT"), 0);
        try (RespClient server = servers.server(0).client()) {
            findings.exactly("keys in other databases", server.call("DBSIZE"), 0L);
            server.call("SELECT", DATABASE);
            findings.exactly("keys are in the database", (Long) server.call("DBSIZE") > 0, true);
        }
    }

    /** But for those of other sentinels. */
    private static long ofClients(RedisServer sentinel) {
        try (RespClient observer = sentinel.client()) {
            return observer.connections().stream().filter(line -> !line.contains("name=sentinel-")).count();
        }
    }
}
