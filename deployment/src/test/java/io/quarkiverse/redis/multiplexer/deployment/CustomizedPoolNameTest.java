package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.time.Duration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/** The name of a pool, which customizers may set and which may be that of several, is not the name of a client. */
class CustomizedPoolNameTest {

    private static final RedisServer SERVER = RedisServer.prepare();
    private static final RedisServer OTHER_SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(() -> {
                SERVER.run();
                OTHER_SERVER.run();
            })
            .setAfterAllCustomizer(() -> {
                SERVER.close();
                OTHER_SERVER.close();
            })
            .withApplicationRoot(jar -> jar.addClass(OnePool.class))
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis.other.hosts", OTHER_SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.other.lanes", "1");

    @ApplicationScoped
    public static class OnePool implements RedisOptionsCustomizer {

        @Override
        public void customize(String clientName, RedisOptions options) {
            options.setPoolName("shop");
        }
    }

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @ConfigProperty(name = "quarkus.redis.other.hosts")
    URI otherServer;

    @Inject
    RedisDataSource dataSource;

    @Inject
    @RedisClientName("other")
    RedisDataSource otherDataSource;

    @Inject
    MultiplexedRedis redis;

    @Inject
    @RedisClientName("other")
    MultiplexedRedis otherRedis;

    @Test
    void eachClientGoesToItsOwnServer() {
        dataSource.value(String.class).set("by a data source", "first");
        otherDataSource.value(String.class).set("by a data source", "other");
        set(redis, "first");
        set(otherRedis, "other");

        assertEquals("first, first", values(server));
        assertEquals("other, other", values(otherServer));
    }

    @Test
    void clientsHaveTheNamesThatTheyAreInjectedBy() {
        assertEquals("<default>", redis.status().name());
        assertEquals("other", otherRedis.status().name());
    }

    private static void set(MultiplexedRedis redis, String value) {
        Request request = Request.cmd(Command.SET).arg("by a client").arg(value);
        Uni.createFrom().completionStage(redis.send(request).toCompletionStage()).await().atMost(Duration.ofSeconds(20));
    }

    private static String values(URI server) {
        try (RespClient observer = new RespClient(server.getPort())) {
            return observer.call("GET", "by a data source") + ", " + observer.call("GET", "by a client");
        }
    }
}
