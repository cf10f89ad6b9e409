package io.quarkiverse.redis.multiplexer.runtime;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkus.credentials.CredentialsProvider;
import io.smallrye.mutiny.Uni;

/** Providers have one of two methods, or both. */
class QuarkusCredentialsTest {

    private static final Instant EXPIRY = Instant.parse("2100-01-01T00:00:00Z");
    private static final Map<String, String> PROPERTIES = Map.of(CredentialsProvider.USER_PROPERTY_NAME, "me",
            CredentialsProvider.PASSWORD_PROPERTY_NAME, "secret",
            CredentialsProvider.EXPIRATION_TIMESTAMP_PROPERTY_NAME, EXPIRY.toString());
    private static final RedisCredentials CREDENTIALS = new RedisCredentials("me", "secret", EXPIRY);

    @Test
    void aProviderThatBlocksIsAskedOnTheThreadThatIsForIt() throws Exception {
        AtomicReference<Thread> asked = new AtomicReference<>();
        CredentialsProvider blocking = new CredentialsProvider() {
            @Override
            public Map<String, String> getCredentials(String name) {
                asked.set(Thread.currentThread());
                return PROPERTIES;
            }
        };
        assertEquals(CREDENTIALS, await(QuarkusCredentials.ask(blocking, "redis")));
        assertSame(Thread.currentThread(), asked.get());
    }

    @Test
    void aProviderThatDoesNotBlockIsAskedForItsFuture() throws Exception {
        CredentialsProvider asynchronous = new CredentialsProvider() {
            @Override
            public Uni<Map<String, String>> getCredentialsAsync(String name) {
                return Uni.createFrom().item(PROPERTIES);
            }
        };
        assertEquals(CREDENTIALS, await(QuarkusCredentials.ask(asynchronous, "redis")));
    }
}
