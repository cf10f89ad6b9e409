package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ClientProxy;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.Request;

/** Everything that quarkus-redis-client lets inject goes through the one multiplexed client of its name. */
class InjectionTest {

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .withEmptyApplication()
            .overrideRuntimeConfigKey("quarkus.redis.named.hosts", SERVER.url() + "/1")
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.named.lanes", "1");

    @ConfigProperty(name = "quarkus.redis.hosts")
    URI server;

    @Inject
    MultiplexedRedis multiplexed;
    @Inject
    RedisDataSource dataSource;
    @Inject
    ReactiveRedisDataSource reactiveDataSource;
    @Inject
    Redis redis;
    @Inject
    RedisAPI api;
    @Inject
    io.vertx.mutiny.redis.client.Redis mutinyRedis;
    @Inject
    io.vertx.mutiny.redis.client.RedisAPI mutinyApi;

    @RedisClientName("named")
    MultiplexedRedis named;
    @RedisClientName("named")
    RedisDataSource namedDataSource;
    @RedisClientName("named")
    Redis namedRedis;

    @Inject
    @Any
    InjectableInstance<MultiplexedRedis> all;

    @Test
    void everyTypeOfTheDefaultClientIsTheSameClient() throws Exception {
        dataSource.value(String.class).set("key", "value");
        List<Function<String, String>> gets = List.of(
                key -> dataSource.value(String.class).get(key),
                key -> reactiveDataSource.value(String.class).get(key).await().indefinitely(),
                key -> text(redis.send(Request.cmd(Command.GET).arg(key))),
                key -> text(api.get(key)),
                key -> text(multiplexed.send(Request.cmd(Command.GET).arg(key))),
                key -> mutinyRedis
                        .send(io.vertx.mutiny.redis.client.Request.cmd(io.vertx.mutiny.redis.client.Command.GET).arg(key))
                        .await().indefinitely().toString(),
                key -> mutinyApi.get(key).await().indefinitely().toString(),
                key -> likeTheCache(key));
        for (Function<String, String> get : gets) {
            long before = commands(multiplexed);
            assertEquals("value", get.apply("key"));
            assertEquals(before + 1, commands(multiplexed));
        }
    }

    @Test
    void aNamedClientIsAnotherOne() throws Exception {
        dataSource.value(String.class).set("which", "default");
        namedDataSource.value(String.class).set("which", "named");
        assertEquals("default", text(redis.send(Request.cmd(Command.GET).arg("which"))));
        assertEquals("named", text(namedRedis.send(Request.cmd(Command.GET).arg("which"))));
        assertEquals("named", named.name());
        assertEquals("<default>", multiplexed.name());
        assertEquals(1, named.status().lanes().size());
    }

    @Test
    void thereIsOneClientPerName() {
        assertEquals(List.of("<default>", "named"), all.stream()
                .map(MultiplexedRedis::name).sorted().collect(Collectors.toList()));
        assertSame(ClientRegistry.instance().client("<default>"), ClientProxy.unwrap(multiplexed));
        assertSame(ClientRegistry.instance().client("named"), ClientProxy.unwrap(named));
    }

    @Test
    void closingWhatQuarkusMadeDoesNothing() throws Exception {
        redis.close();
        multiplexed.close();
        assertEquals("PONG", text(redis.send(Request.cmd(Command.PING))));
    }

    @Test
    void theServerSeesFewConnections() {
        for (int i = 0; i < 500; i++) {
            dataSource.value(String.class).set("key" + i, "value");
        }
        try (RespClient observer = new RespClient(server.getPort())) {
            int loops = Runtime.getRuntime().availableProcessors() * 2;
            assertTrue(observer.connections().size() <= loops + 1 + 1, observer.connections().toString());
        }
        assertFalse(multiplexed.status().lanes().isEmpty());
    }

    /** As quarkus-redis-cache looks the client up and reads through it. */
    private static String likeTheCache(String key) {
        var redis = Arc.container().select(io.vertx.mutiny.redis.client.Redis.class, Default.Literal.INSTANCE).get();
        return redis.connect().chain(connection -> connection
                .send(io.vertx.mutiny.redis.client.Request.cmd(io.vertx.mutiny.redis.client.Command.GET).arg(key))
                .onTermination().call(connection::close)).await().indefinitely().toString();
    }

    private static long commands(MultiplexedRedis redis) {
        return redis.status().lanes().stream().mapToLong(LaneStatus::commands).sum();
    }

    private static String text(Future<io.vertx.redis.client.Response> reply) {
        return reply.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join().toString();
    }
}
