package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.SentinelAccess;
import io.quarkiverse.redis.multiplexer.faults.ClientSetup;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.faults.ServerTopology;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** Sentinels have a user and a password of their own. */
final class SentinelLoginTest implements AcceptanceTest {

    private static final SentinelAccess WATCHER = new SentinelAccess(Optional.of("watcher"), Optional.of("other"),
            Optional.empty());

    @Override
    public String name() {
        return "S9-login";
    }

    @Override
    public String idea() {
        return "sentinels with another user and password than the servers";
    }

    @Override
    public void run(Ground ground, Findings findings) throws Exception {
        RedisSentinels servers = ground.primary(1, 1, List.of("user watcher on >other ~* &* +@all"), "--user", "app", "on",
                ">secret", "~*", "&*", "+@all");
        String url = "redis://app:secret@127.0.0.1:" + servers.sentinel(0).port();
        Answers answers = new Answers(ground.client(
                ClientSetup.of(ServerTopology.sentinel, List.of(url)).withSentinelAccess(WATCHER)));
        findings.exactly("SET", Answers.words(answers.of(Verb.SET, "key", "value")), "OK");
        int successor = Switches.bySentinel(servers).successor();
        findings.exactly("SET after a failover", Answers.words(answers.of(Verb.SET, "key", "value")), "OK");
        findings.tell("connections to the sentinel as its user", connections(servers.sentinel(0), "watcher"));
        findings.atLeast("connections to the primary as its user", connections(servers.server(successor), "app"), 1);
    }

    private static long connections(RedisServer server, String user) {
        try (RespClient observer = server.client()) {
            return observer.connections().stream().filter(line -> line.contains("user=" + user + " ")).count();
        }
    }
}
