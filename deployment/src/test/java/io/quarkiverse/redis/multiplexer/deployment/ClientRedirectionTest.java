package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;

import org.junit.jupiter.api.Test;

import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;

class ClientRedirectionTest {

    @Test
    void thereIsOneCallToRedirect() throws IOException {
        assertEquals(1, calls(VertxRedisClientFactory.class));
    }

    @Test
    void otherClassesHaveNone() throws IOException {
        assertEquals(0, calls(ClientRedirectionTest.class));
    }

    /** Its first argument would be taken for the name of the client. */
    @Test
    void aCallFromAnotherMethodIsNotRedirected() throws IOException {
        assertEquals(0, calls(OtherFactory.class));
    }

    static class OtherFactory {

        static Redis make(String name, Vertx vertx) {
            return Redis.createClient(vertx, new RedisOptions().setPoolName(name));
        }

        static Redis create(Vertx vertx) {
            return Redis.createClient(vertx, new RedisOptions());
        }

        Redis create(String name, Vertx vertx) {
            return Redis.createClient(vertx, new RedisOptions().setPoolName(name));
        }
    }

    private static int calls(Class<?> type) throws IOException {
        try (InputStream classFile = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
            return ClientRedirection.countCalls(classFile);
        }
    }
}
