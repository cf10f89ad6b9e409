package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.pubsub.PubSubCommands;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/** What applications, and Quarkus itself, have got used to: each test is for the stock client, too. */
@Timeout(60)
class LikeTheStockClientTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private final List<String> messages = new CopyOnWriteArrayList<>();

    private Redis client(EitherClient client) {
        return client.create(real.vertx(), new RedisOptions().setConnectionString(real.server().url()));
    }

    @ParameterizedTest
    @EnumSource
    void tooFewArgumentsFailWithTheSameTypes(EitherClient client) throws Exception {
        Redis redis = client(client);
        RedisDataSource dataSource = EitherClient.blocking(real.vertx(), redis);
        RedisConnection connection = await(redis.connect());
        Request invalid = request(Command.SET, "key");

        for (Throwable failure : List.of(awaitFailure(redis.send(invalid)), awaitFailure(redis.batch(List.of(invalid))),
                awaitFailure(connection.send(invalid)), awaitFailure(connection.batch(List.of(invalid))))) {
            assertEquals(NoStackTraceThrowable.class, failure.getClass());
            assertTrue(failure.getMessage().startsWith("Redis command is not valid, check https://redis.io/commands: "));
        }
        CompletionException failure = assertThrows(CompletionException.class, () -> dataSource.execute("SET", "key"));
        assertEquals(NoStackTraceThrowable.class, failure.getCause().getClass());
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    void oneConfirmationPerName(EitherClient client) throws Exception {
        Redis redis = client(client);
        RedisConnection connection = await(redis.connect());
        connection.handler(message -> messages.add(message.toString()));

        await(connection.send(request(Command.SUBSCRIBE, "a", "b", "a")));
        awaitUntil(() -> messages.size() == 3);
        await(connection.send(request(Command.UNSUBSCRIBE, "a", "unknown")));
        awaitUntil(() -> messages.size() == 5);
        await(connection.send(request(Command.UNSUBSCRIBE)));
        awaitUntil(() -> messages.size() == 6);
        await(connection.send(request(Command.UNSUBSCRIBE)));
        awaitUntil(() -> messages.size() == 7);

        assertEquals(List.of("[subscribe, a, 1]", "[subscribe, b, 2]", "[subscribe, a, 2]", "[unsubscribe, a, 1]",
                "[unsubscribe, unknown, 1]", "[unsubscribe, b, 0]", "[unsubscribe, null, 0]"), messages);
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    void noMessageComesAfterCloseAndTheEndIsTold(EitherClient client) throws Exception {
        Redis redis = client(client);
        AtomicInteger ends = new AtomicInteger();
        RedisConnection connection = await(redis.connect());
        connection.handler(message -> messages.add(message.toString())).endHandler(end -> ends.incrementAndGet());
        await(connection.send(request(Command.SUBSCRIBE, "c")));
        awaitUntil(() -> messages.size() == 1);

        await(connection.close());
        awaitUntil(() -> ends.get() == 1);
        awaitUntil(() -> await(redis.send(request(Command.PUBLISH, "c", "late"))).toInteger() == 0);
        assertEquals(List.of("[subscribe, c, 1]"), messages);
        assertEquals(1, ends.get());
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatAHandlerThrowsGoesToTheExceptionHandler(EitherClient client) throws Exception {
        List<String> thrown = new CopyOnWriteArrayList<>();
        real.vertx().exceptionHandler(failure -> thrown.add(failure.getMessage()));
        Redis redis = client(client);
        RedisConnection connection = await(redis.connect());
        connection.handler(message -> {
            messages.add(message.toString());
            throw new IllegalStateException("of message " + messages.size());
        });
        await(connection.send(request(Command.SUBSCRIBE, "c")));
        awaitUntil(() -> messages.size() == 1);
        await(redis.send(request(Command.PUBLISH, "c", "x")));

        awaitUntil(() -> thrown.size() == 2);
        assertEquals(List.of("of message 1", "of message 2"), thrown);
        redis.close();
    }

    /** As tests of quarkus-redis-client do it, for which nobody waits until the stream has been subscribed to. */
    @RepeatedTest(10)
    void whatIsPublishedBehindAStreamThatIsSubscribedToComes() throws Exception {
        Redis redis = client(EitherClient.MULTIPLEXED);
        ReactiveRedisDataSource reactive = EitherClient.reactive(real.vertx(), redis);
        PubSubCommands<String> blocking = EitherClient.blocking(real.vertx(), redis).pubsub(String.class);
        Cancellable stream = reactive.pubsub(String.class).subscribeToPatterns("channel*", "foo").subscribe()
                .with(messages::add);
        List<String> published = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            blocking.publish(i % 2 == 0 ? "channel-1" : "foo", "message " + i);
            published.add("message " + i);
        }

        awaitUntil(() -> messages.size() == published.size());
        assertEquals(published, messages);
        stream.cancel();
        awaitUntil(() -> await(redis.send(request(Command.PUBSUB, "NUMPAT"))).toInteger() == 0);
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPublishedBehindABlockingSubscribeComes(EitherClient client) throws Exception {
        Redis redis = client(client);
        PubSubCommands<String> commands = EitherClient.blocking(real.vertx(), redis).pubsub(String.class);
        PubSubCommands.RedisSubscriber subscriber = commands.subscribe(List.of("a", "b"), messages::add);
        commands.publish("b", "1");
        commands.publish("a", "2");
        awaitUntil(() -> messages.size() == 2);

        subscriber.unsubscribe("b");
        awaitUntil(() -> await(redis.send(request(Command.PUBSUB, "CHANNELS"))).size() == 1);
        commands.publish("b", "3");
        commands.publish("a", "4");
        awaitUntil(() -> messages.size() == 3);
        assertEquals(List.of("1", "2", "4"), messages);
        subscriber.unsubscribe();
        awaitUntil(() -> await(redis.send(request(Command.PUBSUB, "CHANNELS"))).size() == 0);
        redis.close();
    }
}
