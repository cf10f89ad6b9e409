package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisOptions;

/** Sentinels may have another login than the servers that they watch. */
class SentinelLoginTest {

    @RegisterExtension
    final RealSentinels real = new RealSentinels(1, 1,
            List.of("user watcher on >other ~* &* +@all", "user deaf on >other ~* resetchannels +@all"), "--user", "app", "on",
            ">secret", "~*", "&*", "+@all");

    private RedisOptions options() {
        return new RedisOptions()
                .addConnectionString("redis://app:secret@127.0.0.1:" + real.servers().sentinel(0).port() + "/2");
    }

    private static MultiplexerOptions watcher() {
        return as("watcher");
    }

    private static MultiplexerOptions as(String user) {
        return new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(5))
                .setSentinelAccess(new SentinelAccess(Optional.of(user), Optional.of("other"), Optional.empty()));
    }

    @Test
    void eachIsToldItsOwn() throws Exception {
        MultiplexedRedis redis = real.client(options(), watcher());
        await(redis.send(request(Command.SET, "key", "value")));
        assertEquals("app", awaitText(redis.send(request(Command.ACL, "WHOAMI"))));
        try (RespClient sentinel = real.servers().sentinel(0).client(); RespClient server = real.servers().server(0).client()) {
            assertEquals(1, sentinel.connections().stream().filter(line -> line.contains("user=watcher")).count());
            server.call("SELECT", "2");
            assertEquals("value", server.call("GET", "key"));
        }
    }

    @Test
    void withoutOneOfTheirOwnSentinelsAreToldThatOfTheServers() throws Exception {
        MultiplexedRedis redis = real.client(options(), watcher().setSentinelAccess(SentinelAccess.AS_SERVERS));
        String message = awaitFailure(redis.send(request(Command.GET, "key"))).getMessage();
        assertTrue(message.contains("WRONGPASS"), message);
    }

    @Test
    void aSentinelThatMayNotTellOfSwitchesIsAskedOnOneConnection() throws Exception {
        MultiplexedRedis redis = real.client(options(), as("deaf").setLivenessTimeout(Duration.ofMillis(500)));
        await(redis.send(request(Command.SET, "key", "value")));
        try (RespClient sentinel = real.servers().sentinel(0).client()) {
            awaitUntil(() -> sentinel.connections().stream()
                    .anyMatch(line -> line.contains("user=deaf") && line.matches(".* age=[2-9] .*")));
        }
        int now = real.servers().failover();
        await(redis.send(request(Command.SET, "key", "after")));
        try (RespClient server = real.servers().server(now).client()) {
            server.call("SELECT", "2");
            assertEquals("after", server.call("GET", "key"));
        }
    }

    @Test
    void sentinelsMaySpeakAnOlderProtocol() throws Exception {
        MultiplexedRedis redis = real.client(options().setPreferredProtocolVersion(ProtocolVersion.RESP2), watcher());
        await(redis.send(request(Command.SET, "key", "value")));
        int now = real.servers().failover();
        await(redis.send(request(Command.SET, "key", "after")));
        try (RespClient server = real.servers().server(now).client()) {
            server.call("SELECT", "2");
            assertEquals("after", server.call("GET", "key"));
        }
    }
}
