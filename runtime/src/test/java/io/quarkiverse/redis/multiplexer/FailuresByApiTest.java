package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** How failures get to callers through each API: what the page about catching them says. */
class FailuresByApiTest {

    private static final MultiplexerOptions IMPATIENT = new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(300))
            .setLivenessTimeout(Duration.ofSeconds(10));

    @RegisterExtension
    final RealRedis real = new RealRedis();

    /** As on the page. */
    private static Optional<CommandFailure> commandFailure(Throwable thrown) {
        Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        return failure instanceof CommandFailure command ? Optional.of(command) : Optional.empty();
    }

    private static boolean isSafeToRepeat(Throwable failure) {
        return failure instanceof CommandFailure command && !command.sent();
    }

    private MultiplexedRedis nowhere() {
        return real.client(new RedisOptions().setConnectionString("redis://localhost:" + RedisServer.freePort()), IMPATIENT);
    }

    @Test
    void whatWasNotSent() throws Exception {
        MultiplexedRedis redis = nowhere();
        RedisDataSource blocking = EitherClient.blocking(real.vertx(), redis);
        ReactiveRedisDataSource reactive = EitherClient.reactive(real.vertx(), redis);

        RuntimeException thrown = assertThrows(RuntimeException.class, () -> blocking.value(Long.class).incr("n"));
        assertInstanceOf(ConnectionLostException.class, assertInstanceOf(CompletionException.class, thrown).getCause());
        assertEquals(Optional.of(false), commandFailure(thrown).map(CommandFailure::sent));
        RuntimeException ofTransaction = assertThrows(RuntimeException.class,
                () -> blocking.withTransaction(transaction -> transaction.value(Long.class).incr("n")));
        assertEquals(Optional.of(false), commandFailure(ofTransaction).map(CommandFailure::sent));

        AtomicInteger attempts = new AtomicInteger();
        reactive.value(Long.class).incr("n").onSubscription().invoke(attempts::incrementAndGet)
                .onFailure(FailuresByApiTest::isSafeToRepeat).retry().atMost(1)
                .onFailure(CommandFailure.class::isInstance).recoverWithItem(-1L).await().indefinitely();
        assertEquals(2, attempts.get());

        assertTrue(isSafeToRepeat(awaitFailure(redis.send(request(Command.INCR, "n")))));
    }

    @Test
    void whatWasSent() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(real.server().url()), IMPATIENT);
        RedisDataSource blocking = EitherClient.blocking(real.vertx(), redis);
        assertEquals(1, blocking.value(Long.class).incr("n"));
        real.server().freeze();
        try {
            CommandTimeoutException thrown = assertThrows(CommandTimeoutException.class,
                    () -> blocking.value(Long.class).incr("n"));
            assertEquals(Optional.of(true), commandFailure(thrown).map(CommandFailure::sent));
            assertTrue(((CommandFailure) awaitFailure(redis.send(request(Command.INCR, "n")))).sent());
        } finally {
            real.server().thaw();
        }
    }

    @Test
    void whatTheBacklogHasRefused() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(real.server().url()),
                new MultiplexerOptions().setLanes(1).setMaxPending(1));
        RedisDataSource blocking = EitherClient.blocking(real.vertx(), redis);
        assertEquals(1, blocking.value(Long.class).incr("n"));
        real.server().freeze();
        try {
            redis.send(request(Command.INCR, "n"));
            BacklogFullException thrown = assertThrows(BacklogFullException.class, () -> blocking.value(Long.class).incr("n"));
            assertEquals(Optional.of(false), commandFailure(thrown).map(CommandFailure::sent));
            assertInstanceOf(BacklogFullException.class, awaitFailure(redis.send(request(Command.INCR, "n"))));
        } finally {
            real.server().thaw();
        }
    }

    @Test
    void whatTheServerHasRefused() {
        MultiplexedRedis redis = real.client();
        RedisDataSource blocking = EitherClient.blocking(real.vertx(), redis);
        blocking.value(String.class).set("text", "x");

        RuntimeException thrown = assertThrows(RuntimeException.class, () -> blocking.value(Long.class).incr("text"));
        assertInstanceOf(ErrorType.class, assertInstanceOf(CompletionException.class, thrown).getCause());
        assertEquals(Optional.empty(), commandFailure(thrown));
    }
}
