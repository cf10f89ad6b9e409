package io.quarkiverse.redis.multiplexer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.runtime.configuration.ConfigBuilder;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

/** {@link Combinations}: what is wrong with several keys is in one list with what is wrong with one. */
class CombinationsTest {

    private static final String OURS = "quarkus.redis-multiplexer.";

    private static SmallRyeConfig config(Map<String, String> properties, ConfigBuilder rules) {
        return rules.configBuilder(new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters()
                .withMapping(MultiplexerConfig.class).withMapping(RedisConfig.class).withMappingIgnore("**")
                .withSources(new PropertiesConfigSource(properties, "test", 100))).build();
    }

    /** What is told, without the types of the exceptions. */
    private static List<String> problems(Map<String, String> properties, ConfigBuilder rules) {
        return assertThrows(ConfigValidationException.class, () -> config(properties, rules)).getMessage().lines().skip(1)
                .map(line -> line.strip().replaceFirst("^[\\w.]+: ", "")).sorted().toList();
    }

    @Test
    void theDelaysOfEachClientMustFit() {
        assertEquals(List.of(
                OURS + "\"a.b\".reconnect.max is 1s, but must be at least reconnect.initial, which is 2s",
                OURS + "other.reconnect.max is 500ms, but must be at least reconnect.initial, which is 3s",
                OURS + "reconnect.max is 9ms, but must be at least reconnect.initial, which is 10ms"),
                problems(Map.of(OURS + "reconnect.max", "9ms", OURS + "other.reconnect.initial", "${delay}", "delay", "3s",
                        OURS + "\"a.b\".reconnect.initial", "2s", OURS + "\"a.b\".reconnect.max", "1"),
                        new Combinations()));
    }

    @Test
    void aDelayThatIsWrongInItselfIsToldOnce() {
        List<String> problems = problems(Map.of(OURS + "reconnect.initial", "2x", OURS + "other.reconnect.max", "0s"),
                new Combinations());
        assertEquals(2, problems.size(), problems::toString);
        assertTrue(problems.stream().allMatch(problem -> problem.contains("it must be a duration")), problems::toString);
    }

    @Test
    void theTimeoutThatTheCommandTimeoutFollowsFromMustBeOne() {
        String inherited = "command-timeout is 0s, but must be at least 1 ms (it is not configured; its default comes from ";
        assertEquals(List.of(OURS + "\"a.b\"." + inherited + "quarkus.redis.\"a.b\".timeout)",
                OURS + inherited + "quarkus.redis.timeout)"),
                problems(Map.of("quarkus.redis.timeout", "0", "quarkus.redis.\"a.b\".timeout", "0s",
                        "quarkus.redis.other.timeout", "0", OURS + "\"other\".command-timeout", "1s"), new Combinations()));
    }

    @Test
    void aCredentialsProviderMustBeThere() {
        Map<String, String> properties = Map.of(OURS + "other.credentials-provider", "vault", OURS + "credentials-provider",
                "");
        assertEquals(List.of(OURS + "other.credentials-provider is set, but there is no credentials provider: add an extension"
                + " that has one, or io.quarkus:quarkus-credentials and a bean of your own"),
                problems(properties, new Combinations.WithoutCredentials()));
        assertEquals("vault", config(properties, new Combinations()).getConfigMapping(MultiplexerConfig.class).clients()
                .get("other").credentialsProvider().orElseThrow());
    }

    @Test
    void whatFitsIsReadAsItIs() {
        SmallRyeConfig config = config(Map.of(OURS + "reconnect.initial", "500ms", "quarkus.redis.timeout", "36500d"),
                new Combinations());
        assertEquals(Duration.ofMillis(500),
                config.getConfigMapping(MultiplexerConfig.class).clients().get("none").reconnect().max());
        assertEquals(Duration.ofDays(36_500), config.getConfigMapping(RedisConfig.class).clients()
                .get(ClientRegistry.DEFAULT_CLIENT).timeout());
    }
}
