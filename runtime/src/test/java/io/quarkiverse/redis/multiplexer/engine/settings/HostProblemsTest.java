package io.quarkiverse.redis.multiplexer.engine.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

class HostProblemsTest {

    private static List<String> problems(RedisClientType type, String... hosts) {
        return HostProblems.of(new RedisOptions().setType(type).setEndpoints(List.of(hosts)));
    }

    @Test
    void hostsOfAClusterThatAreReachedAlikeAreWell() {
        assertEquals(List.of(), problems(RedisClientType.CLUSTER));
        assertEquals(List.of(), problems(RedisClientType.CLUSTER, "redis://a", "redis://b:7000/0"));
        assertEquals(List.of(),
                problems(RedisClientType.CLUSTER, "rediss://me:secret@a", "rediss://b", "rediss://me:secret@c"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "redis://a | secret | Not a Redis connection string (quarkus.redis.hosts)",
            "redis://a | redis://:secret@b:port | Not a Redis connection string (quarkus.redis.hosts)",
            "redis://a | unix:///secret | quarkus.redis.hosts has a Unix socket",
            "redis://a | rediss://b | quarkus.redis.hosts has addresses with TLS",
            "redis://:secret@a | redis://:secret2@b | quarkus.redis.hosts has several users or passwords",
            "redis://me:secret@a | redis://:secret@b | quarkus.redis.hosts has several users or passwords",
            "redis://a/1 | redis://b | quarkus.redis.hosts has several databases" })
    void hostsOfAClusterThatAreNotReachedAlikeAreRefused(String one, String other, String problem) {
        List<String> problems = problems(RedisClientType.CLUSTER, one, other);
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).startsWith(problem), problems::toString);
        assertFalse(problems.get(0).contains("secret"), problems::toString);

        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> ClientSettings.of("orders",
                        new RedisOptions().setType(RedisClientType.CLUSTER).setEndpoints(List.of(one, other)),
                        new MultiplexerOptions()));
        assertEquals("Redis client 'orders': " + problems.get(0), refusal.getMessage());
    }

    @Test
    void oneServerHasOneHost() {
        assertEquals(List.of(), problems(RedisClientType.STANDALONE, "redis://a", "no host"));
        assertEquals(1, problems(RedisClientType.STANDALONE, "no host").size());
    }

    @Test
    void sentinelsAndServersThatReplicateAreReachedAlike() {
        for (RedisClientType type : List.of(RedisClientType.SENTINEL, RedisClientType.REPLICATION)) {
            assertEquals(1, problems(type, "no host").size());
            assertEquals(1, problems(type, "redis://a", "rediss://b").size());
            assertEquals(1, problems(type, "unix:///a").size());
            assertEquals(List.of(), problems(type, "redis://a", "redis://b"));
        }
    }
}
