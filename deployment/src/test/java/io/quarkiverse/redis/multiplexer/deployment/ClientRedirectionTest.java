package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;

import org.junit.jupiter.api.Test;

import io.quarkus.redis.runtime.client.VertxRedisClientFactory;

class ClientRedirectionTest {

    @Test
    void thereIsOneCallToRedirect() throws IOException {
        assertEquals(1, calls(VertxRedisClientFactory.class));
    }

    @Test
    void otherClassesHaveNone() throws IOException {
        assertEquals(0, calls(ClientRedirectionTest.class));
    }

    private static int calls(Class<?> type) throws IOException {
        try (InputStream classFile = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
            return ClientRedirection.countCalls(classFile);
        }
    }
}
