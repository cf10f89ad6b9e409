package io.quarkiverse.redis.multiplexer.runtime;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.CapturedLog;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.ShutdownContext;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Start and stop of an application, without the rest of it. */
class MultiplexerRecorderTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @RegisterExtension
    final CapturedLog log = new CapturedLog();

    private final List<Runnable> shutdownTasks = new ArrayList<>();

    private void start(Map<String, String> properties) {
        SmallRyeConfig config = new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters()
                .withMapping(MultiplexerConfig.class).withMapping(RedisConfig.class).withMappingIgnore("quarkus.**")
                .withSources(new PropertiesConfigSource(properties, "test", 100)).build();
        new MultiplexerRecorder(new RuntimeValue<>(config.getConfigMapping(MultiplexerConfig.class)),
                new RuntimeValue<>(config.getConfigMapping(RedisConfig.class)))
                .start(Optional.empty(), new ShutdownContext() {
                    @Override
                    public void addShutdownTask(Runnable task) {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public void addLastShutdownTask(Runnable task) {
                        shutdownTasks.add(task);
                    }
                });
    }

    @AfterEach
    void stop() {
        shutdownTasks.forEach(Runnable::run);
        shutdownTasks.clear();
    }

    /** It has the default of the key, 2 s. */
    @Test
    void theStopWaitsForAClientWhoseShutdownTimeoutIsNotConfigured() throws Exception {
        start(Map.of("quarkus.redis-multiplexer.shutdown-timeout", "100ms"));
        ClientRegistry.createClient(real.vertx(), new RedisOptions().setConnectionString(real.server().url()), "queue");
        MultiplexedRedis redis = ClientRegistry.instance().client("queue");
        assertEquals("1", awaitText(redis.send(request(Command.INCR, "n"))));
        try (RespClient administrator = real.server().client()) {
            administrator.call("CLIENT", "PAUSE", "1500");
        }

        Future<Response> late = redis.send(request(Command.INCR, "n"));
        stop();

        assertEquals("2", awaitText(late));
        assertEquals(List.of(), log.messages("did not end within"));
        assertFalse(redis.status().running());
    }
}
