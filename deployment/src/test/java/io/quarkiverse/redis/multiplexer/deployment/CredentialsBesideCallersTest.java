package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.credentials.CredentialsProvider;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.mutiny.infrastructure.Infrastructure;

/** A connection is made although all workers wait for it, and its credentials come from a provider that may block. */
class CredentialsBesideCallersTest {

    private static final int WORKERS = 2;

    private static final RedisServer SERVER = RedisServer.prepare("--requirepass", "from the vault");

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .withApplicationRoot(jar -> jar.addClass(Vault.class))
            .overrideRuntimeConfigKey("quarkus.thread-pool.max-threads", String.valueOf(WORKERS))
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url())
            .overrideRuntimeConfigKey("quarkus.redis-multiplexer.credentials-provider", "redis");

    @ApplicationScoped
    public static class Vault implements CredentialsProvider {

        @Override
        public Map<String, String> getCredentials(String name) {
            return Map.of(PASSWORD_PROPERTY_NAME, "from the vault");
        }
    }

    @Inject
    RedisDataSource redis;

    @Test
    void callersOnAllWorkersGetTheirConnection() throws Exception {
        CyclicBarrier allWorkers = new CyclicBarrier(WORKERS);
        List<CompletableFuture<Long>> increments = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            increments.add(CompletableFuture.supplyAsync(() -> {
                await(allWorkers);
                return redis.value(Long.class).incr("n");
            }, Infrastructure.getDefaultExecutor()));
        }
        assertEquals(3, increments.get(0).get(20, TimeUnit.SECONDS) + increments.get(1).get(20, TimeUnit.SECONDS));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("Not all workers are here", e);
        }
    }
}
