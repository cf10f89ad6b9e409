package io.quarkiverse.redis.multiplexer.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.transactions.OptimisticLockingTransactionResult;
import io.quarkus.redis.datasource.transactions.TransactionResult;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/** Transactions of both data sources, which need no connection unless they watch keys. */
class DataSourceTransactionTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final RedisServer SERVER = RedisServer.prepare();

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .setBeforeAllCustomizer(SERVER::run)
            .setAfterAllCustomizer(SERVER::close)
            .withEmptyApplication()
            .overrideRuntimeConfigKey("quarkus.redis.hosts", SERVER.url());

    @Inject
    RedisDataSource blocking;
    @Inject
    ReactiveRedisDataSource reactive;
    @Inject
    MultiplexedRedis client;

    private int dedicatedBefore;

    @BeforeEach
    void begin() {
        blocking.flushall();
        dedicatedBefore = client.status().dedicatedConnections();
    }

    @AfterEach
    void forget() {
        blocking.flushall();
    }

    @Test
    void theResultsAreThoseOfTheCommandsInTheirOrder() {
        TransactionResult one = blocking.withTransaction(transaction -> {
            transaction.value(String.class).set("text", "hello");
            transaction.value(String.class).get("text");
            transaction.value(String.class).get("none");
            transaction.value(Long.class).incr("number");
            transaction.hash(String.class).hset("hash", "field", "value");
            transaction.list(String.class).rpush("list", "a", "b");
            transaction.execute("LRANGE", "list", "0", "-1");
        });
        assertFalse(one.discarded() || one.hasErrors());
        assertEquals(7, one.size());
        assertNull(one.get(0));
        assertEquals("hello", one.get(1));
        assertNull(one.get(2));
        assertEquals(1L, one.<Long> get(3));
        assertEquals(true, one.<Boolean> get(4));
        assertEquals(2L, one.<Long> get(5));
        assertEquals("[a, b]", one.get(6).toString());

        TransactionResult other = await(reactive.withTransaction(transaction -> transaction.value(Long.class).incr("number")
                .chain(() -> transaction.value(Long.class).incr("number"))));
        assertEquals(List.of(2L, 3L), List.of(other.<Long> get(0), other.<Long> get(1)));
        assertNothingWasHeld();
    }

    @Test
    void anErrorOfACommandIsItsResult() {
        blocking.value(String.class).set("text", "hello");
        TransactionResult result = blocking.withTransaction(transaction -> {
            transaction.value(Long.class).incr("text");
            transaction.value(Long.class).incr("number");
        });
        assertTrue(result.hasErrors());
        assertInstanceOf(Throwable.class, result.get(0));
        assertEquals(1L, result.<Long> get(1));
        assertNothingWasHeld();
    }

    @Test
    void whatIsDiscardedHasNoResultsAndIsNotExecuted() {
        TransactionResult one = blocking.withTransaction(transaction -> {
            transaction.value(String.class).set("key", "value");
            transaction.discard();
        });
        assertTrue(one.discarded() && one.isEmpty());
        TransactionResult other = await(reactive.withTransaction(
                transaction -> transaction.value(String.class).set("key", "value").chain(transaction::discard)));
        assertTrue(other.discarded() && other.isEmpty());
        assertNull(blocking.value(String.class).get("key"));
        assertNothingWasHeld();
    }

    @Test
    void whatFailsBeforeItsEndIsNotExecuted() {
        IllegalStateException mine = new IllegalStateException("mine");
        assertThrows(RuntimeException.class, () -> blocking.withTransaction(transaction -> {
            transaction.value(String.class).set("key", "value");
            throw mine;
        }));
        assertThrows(RuntimeException.class, () -> await(reactive.withTransaction(transaction -> transaction
                .value(String.class).set("key", "value").chain(() -> Uni.createFrom().failure(mine)))));
        assertNull(blocking.value(String.class).get("key"));
        assertNothingWasHeld();
    }

    @Test
    void whatTheServerDoesNotQueueFailsAllOfIt() {
        RuntimeException failure = assertThrows(RuntimeException.class, () -> blocking.withTransaction(transaction -> {
            transaction.value(String.class).set("key", "value");
            transaction.execute("NONSENSE", "argument");
        }));
        assertTrue(messages(failure).contains("EXECABORT") && messages(failure).contains("[1] NONSENSE: ERR unknown command"),
                messages(failure));
        assertNull(blocking.value(String.class).get("key"));
        assertNothingWasHeld();
    }

    @Test
    void watchedKeysThatChangeDiscardIt() {
        for (boolean disturbed : new boolean[] { false, true }) {
            TransactionResult one = blocking.withTransaction(transaction -> {
                transaction.value(String.class).set("key", "mine");
                if (disturbed) {
                    blocking.value(String.class).set("key", "other");
                }
            }, "key");
            assertEquals(disturbed, one.discarded());
            assertEquals(disturbed ? "other" : "mine", blocking.value(String.class).get("key"));

            OptimisticLockingTransactionResult<String> two = blocking.withTransaction(
                    before -> before.value(String.class).get("key"),
                    (read, transaction) -> {
                        if (disturbed) {
                            blocking.value(String.class).set("key", "other");
                        }
                        transaction.value(String.class).set("key", read + "!");
                    }, "key");
            assertEquals(disturbed, two.discarded());
            assertEquals(disturbed ? "other" : "mine", two.getPreTransactionResult());

            OptimisticLockingTransactionResult<String> three = await(reactive.withTransaction(
                    before -> before.value(String.class).get("key"),
                    (read, transaction) -> (disturbed ? reactive.value(String.class).set("key", "other")
                            : Uni.createFrom().voidItem()).chain(() -> transaction.value(String.class).set("key", read + "!")),
                    "key"));
            assertEquals(disturbed, three.discarded());
            assertEquals(disturbed ? "other" : "mine!!", blocking.value(String.class).get("key"));
        }
    }

    @Test
    void manyAtOnceAreEachExecutedOnce() {
        Long[] results = Multi.createFrom().range(0, 1000)
                .onItem().transformToUni(each -> reactive.withTransaction(transaction -> transaction.value(Long.class)
                        .incr("a").chain(() -> transaction.value(Long.class).incr("b"))))
                .merge(64).map(result -> result.<Long> get(0) - result.<Long> get(1))
                .collect().asList().await().atMost(SOON).toArray(Long[]::new);
        assertEquals(1000, results.length);
        for (Long difference : results) {
            assertEquals(0L, difference);
        }
        assertEquals(1000L, blocking.value(Long.class).get("a"));
        assertNothingWasHeld();
    }

    private void assertNothingWasHeld() {
        assertTrue(client.status().dedicatedConnections() <= dedicatedBefore);
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(SOON);
    }

    private static String messages(Throwable thrown) {
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append("; ");
        }
        return messages.toString();
    }
}
