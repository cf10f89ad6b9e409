package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.OutageLog;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The hub as long as there is no connection, with attempts to connect that fail by hand. What it says on a connection is in
 * {@link SubscriptionsTest} and {@link ExchangesTest}.
 */
class SubscriptionHubTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final Context caller = vertx.getOrCreateContext();
    private final List<Promise<NodeConnection>> attempts = new CopyOnWriteArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();
    private final Subscriber subscriber = new Subscriber(new Silent());

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void itConnectsWhenSomebodySubscribes() {
        SubscriptionHub hub = hub(new MultiplexerOptions());
        assertEquals(0, attempts.size());

        Future<Void> call = subscribe(hub);
        attempt(1);

        assertFalse(call.isComplete());
        awaitUntil(() -> hub.size() == 1);
        assertEquals(0, hub.restorations());
    }

    @Test
    void oneUnsubscribesWithoutAConnection() throws Exception {
        SubscriptionHub hub = hub(new MultiplexerOptions());

        await(hub.call(subscriber, Request.cmd(Command.UNSUBSCRIBE).arg("a"), caller, ended::incrementAndGet));

        assertEquals(0, attempts.size());
        assertEquals(1, ended.get());
    }

    @Test
    void callsWaitForTheServerUntilTheirTimeIsOver() throws Exception {
        SubscriptionHub hub = hub(new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(100))
                .setReconnectInitial(Duration.ofMillis(1)).setReconnectMax(Duration.ofMillis(1)));
        Future<Void> call = subscribe(hub);
        attempt(1).fail(new ConnectException("by hand"));
        attempt(2);
        assertFalse(call.isComplete());

        assertFalse(assertInstanceOf(CommandFailure.class, awaitFailure(call)).sent());
        assertEquals(1, ended.get());
    }

    @Test
    void callsFailAtOnceIfTheyAreToFailFast() throws Exception {
        SubscriptionHub hub = hub(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST)
                .setReconnectInitial(Duration.ofHours(1)).setReconnectMax(Duration.ofHours(1)));
        Future<Void> waiting = subscribe(hub);
        attempt(1).fail(new ConnectException("by hand"));
        awaitFailure(waiting);

        awaitFailure(subscribe(hub));
        assertEquals(1, attempts.size());
        assertEquals(2, ended.get());
    }

    @Test
    void callsFailIfTheServerDoesNotLetUsIn() throws Exception {
        SubscriptionHub hub = hub(new MultiplexerOptions());
        Future<Void> call = subscribe(hub);
        attempt(1).fail(ErrorType.create("WRONGPASS invalid username-password pair"));

        assertTrue(awaitFailure(call).toString().contains("WRONGPASS"));
    }

    @Test
    void theCallsOfAConnectionThatIsClosedFail() throws Exception {
        SubscriptionHub hub = hub(new MultiplexerOptions());
        Future<Void> waiting = subscribe(hub);
        hub.detach(subscriber, new IllegalStateException("left"));
        awaitFailure(waiting);

        awaitFailure(subscribe(hub));
        awaitUntil(() -> hub.size() == 0);
        assertEquals(2, ended.get());
    }

    @Test
    void callsFailWhenItIsClosed() throws Exception {
        SubscriptionHub hub = hub(new MultiplexerOptions());
        Future<Void> waiting = subscribe(hub);
        attempt(1);
        Future<Void> closed = hub.close();
        attempt(1).fail(new ConnectException("by hand"));
        await(closed);

        awaitFailure(waiting);
        awaitFailure(subscribe(hub));
        await(hub.close());
        assertEquals(2, ended.get());
    }

    private Future<Void> subscribe(SubscriptionHub hub) {
        return hub.call(subscriber, Request.cmd(Command.SUBSCRIBE).arg("a"), caller, ended::incrementAndGet);
    }

    private Promise<NodeConnection> attempt(int number) {
        awaitUntil(() -> attempts.size() >= number);
        return attempts.get(number - 1);
    }

    private SubscriptionHub hub(MultiplexerOptions options) {
        RedisOptions redis = new RedisOptions();
        ClientSettings settings = ClientSettings.of("test", redis, options);
        Failures failures = new Failures("test", NodeAddress.of(redis), options);
        Connector connector = (Connector) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] { Connector.class },
                (proxy, method, arguments) -> {
                    assertEquals("connect", method.getName());
                    Promise<NodeConnection> attempt = VertxAccess.promise(context);
                    attempts.add(attempt);
                    return attempt.future();
                });
        return new SubscriptionHub(context, connector, settings, failures, new OutageLog("test"));
    }

    private static final class Silent implements Subscriber.Messages {

        @Override
        public void add(Response message) {
        }

        @Override
        public void confirm(Response confirmation) {
        }

        @Override
        public void fail(Throwable cause) {
        }

        @Override
        public void end() {
        }
    }
}
