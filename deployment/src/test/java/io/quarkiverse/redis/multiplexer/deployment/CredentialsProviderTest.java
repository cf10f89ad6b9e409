package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.credentials.CredentialsProvider;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;

class CredentialsProviderTest {

    private static final RedisServer SERVER = RedisServer.prepare("--requirepass", "from the vault");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .withApplicationRoot(jar -> jar.addClass(Vault.class))
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.credentials-provider", "redis");

    @ApplicationScoped
    public static class Vault implements CredentialsProvider {

        @Override
        public Map<String, String> getCredentials(String name) {
            return Map.of(USER_PROPERTY_NAME, "default", PASSWORD_PROPERTY_NAME, "redis".equals(name) ? "from the vault" : "");
        }
    }

    @Inject
    RedisDataSource redis;

    @Test
    void thePasswordComesFromTheProvider() {
        redis.value(String.class).set("key", "value");
        assertEquals("value", redis.value(String.class).get("key"));
    }
}
