package io.quarkiverse.redis.multiplexer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

/** {@link ValkeyHosts}, with hosts as they may be written. */
class ValkeyHostsTest {

    private static SmallRyeConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters()
                .withInterceptors(new ValkeyHosts())
                .withMapping(RedisConfig.class).withMappingIgnore("quarkus.**")
                .withSources(new PropertiesConfigSource(properties, "test", 100)).build();
    }

    private static List<String> hosts(String client, Map<String, String> properties) {
        return config(properties).getConfigMapping(RedisConfig.class).clients().get(client).hosts().orElseThrow().stream()
                .map(URI::toString).sorted().toList();
    }

    @Test
    void hostsOfValkeyAreShownAsHostsOfRedis() {
        assertEquals(List.of("redis://a", "rediss://b"),
                hosts("<default>", Map.of("quarkus.redis.hosts", "valkey://a,valkeys://b")));
        assertEquals(List.of("redis://a"), hosts("named", Map.of("quarkus.redis.named.hosts", "valkey://a")));
    }

    @Test
    void soAreThoseThatHaveAKeyEach() {
        assertEquals(List.of("redis://a", "rediss://b"), hosts("<default>",
                Map.of("quarkus.redis.hosts[0]", "valkey://a", "quarkus.redis.hosts[1]", "valkeys://b")));
        assertEquals(List.of("rediss://a"), hosts("a.name", Map.of("quarkus.redis.\"a.name\".hosts[0]", "valkeys://a")));
    }

    @Test
    void nothingElseIsChanged() {
        Map<String, String> others = Map.of("quarkus.redis.tcp.non-proxy-hosts", "valkey://a", "quarkus.redis.password",
                "valkey://a", "my.hosts", "valkey://a");
        SmallRyeConfig config = config(others);

        others.forEach((key, value) -> assertEquals(value, config.getRawValue(key), key));
    }
}
