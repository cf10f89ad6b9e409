package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/**
 * What users have reported of the stock client, with what Quarkus makes of either client. Each story comes to an end that is
 * right for ours; that the stock client fails it shows that the story is the one that was reported.
 */
@Timeout(60)
class ReportedProblemsTest {

    /** All connections of the stock client's pool, with its defaults. */
    private static final int POOL = 6;
    /** More than the pool has, and than may wait for one. */
    private static final int CROWD = 200;

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private interface Story {
        void tell(Redis redis, ReactiveRedisDataSource dataSource) throws Exception;
    }

    private void tell(EitherClient client, Story story) throws Exception {
        Redis redis = client.create(real.vertx(), new RedisOptions().setConnectionString(real.server().url()));
        ReactiveRedisDataSource dataSource = EitherClient.reactive(real.vertx(), redis);
        try {
            if (client == EitherClient.MULTIPLEXED) {
                story.tell(redis, dataSource);
            } else {
                assertThrows(AssertionError.class, () -> story.tell(redis, dataSource), "the stock client is right by now");
            }
        } finally {
            redis.close();
        }
    }

    /**
     * "Redis with CacheResult returns QUEUED under high concurrency load", when transactions time out while the cache reads: a
     * connection with a transaction that nobody has ended goes back to the pool, and its next user reads into that.
     *
     * @see <a href="https://github.com/quarkusio/quarkus/issues/48420">quarkusio/quarkus #48420</a>
     */
    @ParameterizedTest
    @EnumSource
    void quarkus48420_aCacheNeverReadsQueued(EitherClient client) throws Exception {
        tell(client, (redis, dataSource) -> {
            dataSource.value(String.class).set("cached", "value").await().indefinitely();
            CountDownLatch over = new CountDownLatch(POOL);
            for (int i = 0; i < POOL; i++) {
                dataSource.withTransaction(transaction -> transaction.value(String.class).set("written", "x")
                        .chain(() -> Uni.createFrom().nothing()))
                        .ifNoItem().after(Duration.ofMillis(100)).fail()
                        .subscribe().with(done -> over.countDown(), failure -> over.countDown());
            }
            assertTrue(over.await(20, TimeUnit.SECONDS));

            List<String> read = new ArrayList<>();
            for (int i = 0; i < 2 * POOL; i++) {
                read.add(readAsTheCacheDoes(redis));
            }
            assertEquals(Collections.nCopies(2 * POOL, "value"), read);
        });
    }

    /**
     * "Redis connection leak": the cache keeps a connection while it loads a value, and a loader that never ends keeps it for
     * ever.
     *
     * @see <a href="https://github.com/quarkusio/quarkus/issues/48428">quarkusio/quarkus #48428</a>
     */
    @ParameterizedTest
    @EnumSource
    void quarkus48428_aLoaderThatNeverEndsKeepsNoConnection(EitherClient client) throws Exception {
        tell(client, (redis, dataSource) -> {
            List<RedisConnection> loading = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                RedisConnection connection = inTime(redis.connect());
                assertEquals(null, await(connection.send(request(Command.GET, "not cached " + i))));
                loading.add(connection);
            }
            assertTrue(real.connections() <= RealRedis.EVENT_LOOPS, real.connections() + " connections");

            dataSource.value(String.class).set("cached", "value").await().atMost(Duration.ofSeconds(2));
            assertEquals("value", readAsTheCacheDoes(redis));
            assertEquals(CROWD, loading.size());
        });
    }

    /**
     * "Persistence Redis: ConnectionPoolTooBusyException on heavy load": a transaction per step of a workflow, 80 workflows a
     * second.
     *
     * @see <a href="https://github.com/quarkiverse/quarkus-flow/issues/947">quarkiverse/quarkus-flow #947</a>
     */
    @ParameterizedTest
    @EnumSource
    void quarkusFlow947_aBurstOfTransactionsIsNotTooBusy(EitherClient client) throws Exception {
        tell(client, (redis, dataSource) -> {
            CountDownLatch over = new CountDownLatch(CROWD);
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < CROWD; i++) {
                String workflow = "workflow " + i;
                dataSource.withTransaction(transaction -> transaction.hash(String.class).hset(workflow, "state", "running")
                        .chain(() -> transaction.hash(String.class).hset(workflow, "step", "1")))
                        .subscribe().with(done -> over.countDown(), failure -> {
                            failures.add(failure);
                            over.countDown();
                        });
            }
            assertTrue(over.await(20, TimeUnit.SECONDS), over.getCount() + " have not ended");

            assertEquals(List.of(), failures.stream().map(Throwable::getClass).distinct().toList());
            assertEquals(CROWD, await(redis.send(request(Command.DBSIZE))).toInteger());
        });
    }

    /**
     * "ReactiveRedisDataSource.withConnection leaks pool permit when cancelled before connection is acquired".
     *
     * @see <a href="https://github.com/quarkusio/quarkus/issues/56393">quarkusio/quarkus #56393</a>
     */
    @ParameterizedTest
    @EnumSource
    void quarkus56393_whoGivesUpWaitingForAConnectionKeepsNone(EitherClient client) throws Exception {
        tell(client, (redis, dataSource) -> {
            for (int i = 0; i < POOL; i++) {
                Cancellable given = dataSource
                        .withConnection(mine -> mine.value(String.class).set("key", "x").replaceWithVoid())
                        .subscribe().with(done -> {
                        });
                given.cancel();
                Cancellable transaction = dataSource.withTransaction(mine -> mine.value(String.class).set("key", "y"))
                        .subscribe().with(done -> {
                        });
                transaction.cancel();
            }

            try {
                dataSource.withConnection(mine -> mine.value(String.class).set("cached", "value").replaceWithVoid())
                        .await().atMost(Duration.ofSeconds(2));
            } catch (TimeoutException e) {
                throw new AssertionError("no connection", e);
            }
            assertEquals("value", readAsTheCacheDoes(redis));
        });
    }

    /** On a connection that is closed behind it. */
    private static String readAsTheCacheDoes(Redis redis) throws Exception {
        RedisConnection connection = inTime(redis.connect());
        Response value = await(connection.send(request(Command.GET, "cached")));
        await(connection.close());
        return value == null ? null : value.toString();
    }

    /** The stock client has whoever asks for a connection wait for ever. */
    private static <T> T inTime(Future<T> future) throws Exception {
        Future<T> result = future.timeout(5, TimeUnit.SECONDS);
        if (result.otherwiseEmpty().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS) == null) {
            throw new AssertionError("no connection", awaitFailure(result));
        }
        return result.result();
    }
}
