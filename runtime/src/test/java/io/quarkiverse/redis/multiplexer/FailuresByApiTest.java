package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.eventually;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** How failures get to callers through each API: what the page about catching them says. */
class FailuresByApiTest {

    private static final MultiplexerOptions IMPATIENT = new MultiplexerOptions().setLanes(1)
            .setCommandTimeout(Duration.ofSeconds(1)).setLivenessTimeout(Duration.ofSeconds(10));

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

    /** What one increment fails of through each API that waits for nothing. */
    private Map<String, Throwable> failures(MultiplexedRedis redis) throws Exception {
        io.vertx.mutiny.redis.client.Redis mutiny = io.vertx.mutiny.redis.client.Redis.newInstance(redis);
        Map<String, Future<?>> calls = new LinkedHashMap<>();
        calls.put("Redis", redis.send(request(Command.INCR, "n")));
        calls.put("RedisAPI", RedisAPI.api(redis).incr("n"));
        calls.put("RedisConnection", redis.connect().compose(connection -> connection.send(request(Command.INCR, "n"))));
        calls.put("batch", redis.batch(List.of(request(Command.INCR, "n"), request(Command.INCR, "n"))));
        calls.put("Redis of Mutiny", future(mutiny
                .send(io.vertx.mutiny.redis.client.Request.cmd(io.vertx.mutiny.redis.client.Command.INCR).arg("n"))));
        calls.put("RedisAPI of Mutiny", future(io.vertx.mutiny.redis.client.RedisAPI.api(mutiny).incr("n")));
        calls.put("ReactiveRedisDataSource",
                future(EitherClient.reactive(real.vertx(), redis).value(Long.class).incr("n")));
        Map<String, Throwable> failures = new LinkedHashMap<>();
        for (Map.Entry<String, Future<?>> call : calls.entrySet()) {
            failures.put(call.getKey(), awaitFailure(call.getValue()));
        }
        return failures;
    }

    private static Future<?> future(Uni<?> uni) {
        return Future.fromCompletionStage(uni.subscribeAsCompletionStage());
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

        failures(redis).forEach((api, failure) -> assertTrue(isSafeToRepeat(failure), api));
    }

    @Test
    void whatWasSent() throws Exception {
        MultiplexedRedis redis = real.client(IMPATIENT);
        RedisDataSource blocking = EitherClient.blocking(real.vertx(), redis);
        // The first transaction asks the server whether there may be any.
        eventually(() -> future(EitherClient.reactive(real.vertx(), redis)
                .withTransaction(transaction -> transaction.value(Long.class).incr("n"))));
        real.server().freeze();
        try {
            CommandTimeoutException thrown = assertThrows(CommandTimeoutException.class,
                    () -> blocking.value(Long.class).incr("n"));
            assertEquals(Optional.of(true), commandFailure(thrown).map(CommandFailure::sent));
            RuntimeException ofTransaction = assertThrows(RuntimeException.class,
                    () -> blocking.withTransaction(transaction -> transaction.value(Long.class).incr("n")));
            assertEquals(Optional.of(true), commandFailure(ofTransaction).map(CommandFailure::sent));
            failures(redis).forEach((api, failure) -> {
                assertInstanceOf(CommandTimeoutException.class, failure, api);
                assertTrue(((CommandFailure) failure).sent(), api);
            });
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
            awaitUntil(() -> {
                redis.send(request(Command.INCR, "n"));
                return redis.status().lanes().get(0).inFlight() == 1;
            });
            BacklogFullException thrown = assertThrows(BacklogFullException.class, () -> blocking.value(Long.class).incr("n"));
            assertEquals(Optional.of(false), commandFailure(thrown).map(CommandFailure::sent));
            failures(redis).forEach((api, failure) -> {
                assertInstanceOf(BacklogFullException.class, failure, api);
                assertTrue(isSafeToRepeat(failure), api);
            });
        } finally {
            real.server().thaw();
        }
    }

    @Test
    void whatTheServerHasRefused() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisDataSource blocking = EitherClient.blocking(real.vertx(), redis);
        blocking.value(String.class).set("n", "x");

        RuntimeException thrown = assertThrows(RuntimeException.class, () -> blocking.value(Long.class).incr("n"));
        assertInstanceOf(ErrorType.class, assertInstanceOf(CompletionException.class, thrown).getCause());
        assertEquals(Optional.empty(), commandFailure(thrown));
        failures(redis).forEach((api, failure) -> assertInstanceOf(ErrorType.class, failure, api));
    }

    @Test
    void whatIsExecutedInPart() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(RedisBinary.any(), 3, 0)) {
            RedisOptions options = new RedisOptions().setType(RedisClientType.CLUSTER);
            cluster.urls().forEach(options::addConnectionString);
            MultiplexedRedis redis = real.client(options, IMPATIENT);
            eventually(() -> redis.send(request(Command.MSET, "a", "0", "b", "0", "c", "0")));
            cluster.call(cluster.owner(cluster.slot("b")), "CONFIG", "SET", "maxmemory", "1");
            cluster.node(cluster.owner(cluster.slot("c"))).freeze();

            PartialWriteException partial = assertInstanceOf(PartialWriteException.class,
                    awaitFailure(redis.send(request(Command.MSET, "a", "1", "b", "2", "c", "3"))));
            assertEquals(List.of(Buffer.buffer("a")), partial.written());
            assertEquals(List.of(Buffer.buffer("b")), partial.notWritten());
            assertEquals(List.of(Buffer.buffer("c")), partial.perhapsWritten());
            assertEquals(Optional.of(true), commandFailure(partial).map(CommandFailure::sent));
        }
    }
}
