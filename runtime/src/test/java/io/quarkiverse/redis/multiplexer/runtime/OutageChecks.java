package io.quarkiverse.redis.multiplexer.runtime;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.engine.client.MultiplexedRedisClient;

/** Readiness checks of one client. */
final class OutageChecks {

    private OutageChecks() {
    }

    private static CompletableFuture<MultiplexerHealthCheck.Answer> ask(MultiplexedRedis redis) {
        return MultiplexerHealthCheck.ask((MultiplexedRedisClient) redis, System.nanoTime());
    }

    static String answer(MultiplexedRedis redis) throws Exception {
        return ask(redis).get(20, TimeUnit.SECONDS).text();
    }

    /** From some moment on, the check says without waiting who is away. */
    static void awaitToldAtOnce(MultiplexedRedis redis, String server) {
        awaitUntil(() -> ask(redis).isCompletedExceptionally());
        ExecutionException told = assertThrows(ExecutionException.class, () -> ask(redis).get(0, TimeUnit.SECONDS));
        assertTrue(told.getCause().getMessage().contains(server), told.getCause().getMessage());
    }

    /** From some moment on, the check says who is away, and that others are there. */
    static void awaitToldOfSome(MultiplexedRedis redis, String server) throws Exception {
        awaitUntil(() -> ((MultiplexedRedisClient) redis).partialOutage().isPresent());
        String answer = answer(redis);
        assertTrue(answer.startsWith("Some keys only: ") && answer.contains(server), answer);
    }

    /** It is well again. */
    static void awaitAnswer(MultiplexedRedis redis) {
        awaitUntil(() -> !ask(redis).isCompletedExceptionally() && answer(redis).equals("PONG"));
    }
}
