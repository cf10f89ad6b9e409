package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector.Attempt;
import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** The keeper, with attempts to connect that succeed and fail by hand, and without a socket. */
class ConnectionKeeperTest {

    private static final Duration FIRST_DELAY = Duration.ofMillis(1);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final ClientSettings settings = ClientSettings.of("test",
            new RedisOptions().setConnectionString("redis://localhost"),
            new MultiplexerOptions().setReconnectInitial(FIRST_DELAY).setReconnectMax(Duration.ofMillis(20))
                    .setLivenessTimeout(Duration.ofHours(1)));
    private final Failures failures = new Failures("test", NodeAddress.of(settings.redis()), settings.multiplexer());
    private final HandConnector connector = new HandConnector(context, failures);
    private final RecordingUser user = new RecordingUser();
    private ConnectionKeeper keeper;

    @BeforeEach
    void start() {
        keeper = new ConnectionKeeper("the connection", context, connector, settings, failures, new OutageLog("test"), user);
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void nothingIsConnectedBeforeItIsWanted() throws Exception {
        assertEquals(ConnectionState.IDLE, onLoop(keeper::state));
        assertTrue(connector.attempts.isEmpty());
    }

    @Test
    void theWayToAConnectionAndBackAfterItsLoss() throws Exception {
        Future<Void> ready = keeper.whenReady(context);
        Attempt attempt = connector.attempt(1);
        onLoop(attempt::open);
        EmbeddedChannel channel = onLoop(attempt::succeed);
        await(ready);
        onLoop(channel::close);
        Attempt second = connector.attempt(2);
        onLoop(second::open);
        onLoop(second::succeed);
        await(keeper.whenReady(context));
        assertEquals(List.of("CONNECTING", "HANDSHAKING", "READY", "ready", "BACKING_OFF", "lost", "unavailable", "CONNECTING",
                "HANDSHAKING", "READY", "ready"), user.events);
    }

    @Test
    void whoWaitsIsToldOfTheFailureAndItIsTriedAgain() throws Exception {
        Future<Void> ready = keeper.whenReady(context);
        Attempt attempt = connector.attempt(1);
        onLoop(() -> attempt.fail(new ConnectException("refused")));
        assertTrue(awaitFailure(ready).getMessage().contains("refused"));
        onLoop(connector.attempt(2)::succeed);
        await(keeper.whenReady(context));
    }

    @Test
    void aUserWhoThrowsFromEverythingStopsNothing() throws Exception {
        user.thrown = new AssertionError("thrown by the user");
        Future<Void> ready = keeper.whenReady(context);
        onLoop(() -> connector.attempt(1).fail(new ConnectException("refused")));
        awaitFailure(ready);
        for (int attempt = 2; attempt < 6; attempt++) {
            int number = attempt;
            onLoop(connector.attempt(number)::open);
            EmbeddedChannel channel = onLoop(connector.attempt(number)::succeed);
            await(keeper.whenReady(context));
            onLoop(channel::close);
        }
        await(keeper.close(Duration.ZERO, () -> {
            throw user.thrown;
        }));
        assertEquals(ConnectionState.CLOSED, onLoop(keeper::state));
    }

    @Test
    void theClockGoesOnWhenATickFails() throws Exception {
        user.thrown = new AssertionError("thrown by the user");
        keeper.whenReady(context);
        awaitUntil(() -> user.ticks >= 3);
    }

    @Test
    void whoWaitedMayThrowOrWaitAgain() throws Exception {
        Promise<Void> again = Promise.promise();
        onLoop(() -> {
            // Listeners of a future without a context throw into whoever completes it.
            Future.all(keeper.whenReady(context), Future.succeededFuture()).onComplete(done -> {
                throw new IllegalStateException("thrown by who waited");
            });
            return keeper.whenReady(context).onComplete(done -> keeper.whenReady(context).onComplete(again));
        });
        Future<Void> last = keeper.whenReady(context);
        onLoop(() -> connector.attempt(1).fail(new ConnectException("refused")));
        awaitFailure(last);
        awaitFailure(again.future());
        onLoop(connector.attempt(2)::succeed);
        await(keeper.whenReady(context));
    }

    @Test
    void aConnectionThatEndsAtOnceIsNotDialledAgainAtOnceForEver() throws Exception {
        // Its longest delay is out of reach, and nothing is ever answered: so each failure is one more in a row.
        RedialPace pace = new RedialPace(new Backoff(Duration.ofMillis(10), Duration.ofHours(1)));
        NodeConnection connection = onLoop(
                () -> new Attempt(context, failures, null, null, Promise.promise()).connection(new EmbeddedChannel()));
        long before = 0;
        for (int i = 0; i < 10; i++) {
            pace.connected(connection, System.nanoTime());
            assertFalse(pace.provesByAnswer());
            assertFalse(pace.provesByLasting(System.nanoTime()));
            long delay = pace.delayAfterFailure();
            assertTrue(delay >= before, delay + " after " + before);
            before = delay;
        }
        assertTrue(before > 1000);
        pace.connected(connection, System.nanoTime());
        assertTrue(pace.provesByLasting(System.nanoTime() + TimeUnit.HOURS.toNanos(1)));
        assertTrue(pace.delayAfterFailure() <= 10);
    }

    @Test
    void whatTheServerClosesWhileNobodyUsesItIsMadeAgainWhenItIsWanted() throws Exception {
        keeper.whenReady(context);
        EmbeddedChannel channel = connect(1);
        long ready = System.nanoTime();
        awaitUntil(() -> System.nanoTime() - ready > TimeUnit.MILLISECONDS.toNanos(1100));
        onLoop(channel::close);
        awaitUntil(() -> onLoop(keeper::state) == ConnectionState.IDLE);
        assertFalse(user.events.contains("unavailable"), () -> user.events.toString());
        assertEquals(1, connector.attempts.size());

        Future<Void> again = keeper.whenReady(context);
        connect(2);
        await(again);
    }

    @Test
    void whatIsNeededIsMadeAgainAtOnce() throws Exception {
        user.needs = true;
        keeper.whenReady(context);
        EmbeddedChannel channel = connect(1);
        long ready = System.nanoTime();
        awaitUntil(() -> System.nanoTime() - ready > TimeUnit.MILLISECONDS.toNanos(1100));
        onLoop(channel::close);
        connect(2);
    }

    @Test
    void closingTwiceEndsTwice() throws Exception {
        keeper.whenReady(context);
        connect(1);
        Future<Void> first = keeper.close(Duration.ofHours(1), () -> {
        });
        Future<Void> second = keeper.close(Duration.ZERO, () -> {
        });
        await(first);
        await(second);
        await(keeper.close(Duration.ZERO, () -> {
        }));
        assertEquals(1, user.events.stream().filter("ended"::equals).count());
        assertInstanceOf(ConnectionLostException.class, awaitFailure(keeper.whenReady(context)));
    }

    @Test
    void aListenerOfTheEndThatThrowsEndsItForOthersToo() throws Exception {
        keeper.whenReady(context);
        EmbeddedChannel channel = connect(1);
        user.quiet = false;
        Future<Void> first = keeper.close(Duration.ofMillis(50), () -> {
        });
        first.onComplete(done -> {
            throw new IllegalStateException("thrown by who waits for the end");
        });
        Future<Void> second = keeper.close(Duration.ZERO, () -> {
        });
        awaitUntil(() -> onLoop(() -> {
            channel.runPendingTasks();
            return !channel.isOpen();
        }));
        await(second);
        await(first);
    }

    @Test
    void whatIsConnectedAfterTheEndIsClosed() throws Exception {
        Future<Void> ready = keeper.whenReady(context);
        Attempt attempt = connector.attempt(1);
        await(keeper.close(Duration.ZERO, () -> {
        }));
        assertInstanceOf(ConnectionLostException.class, awaitFailure(ready));
        EmbeddedChannel late = onLoop(attempt::succeed);
        awaitUntil(() -> !late.isOpen());
        assertEquals(ConnectionState.CLOSED, onLoop(keeper::state));
        assertEquals(1, connector.attempts.size());
    }

    @Test
    void withoutAnEventLoopAllEndsAtOnce() throws Exception {
        await(vertx.close());
        awaitUntil(() -> VertxAccess.eventLoop(context).isTerminated());
        await(keeper.close(Duration.ofHours(1), () -> {
        }));
        Vertx ofTheCaller = Vertx.vertx();
        try {
            assertInstanceOf(ConnectionLostException.class,
                    awaitFailure(keeper.whenReady(ofTheCaller.getOrCreateContext())));
        } finally {
            await(ofTheCaller.close());
        }
    }

    private EmbeddedChannel connect(int attempt) throws Exception {
        Attempt next = connector.attempt(attempt);
        onLoop(next::open);
        EmbeddedChannel channel = onLoop(next::succeed);
        await(keeper.whenReady(context));
        return channel;
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }

    private static final class RecordingUser implements ConnectionUser {

        final List<String> events = new CopyOnWriteArrayList<>();
        volatile int ticks;
        volatile boolean quiet = true;
        volatile boolean needs;
        volatile AssertionError thrown;

        private void record(String event) {
            events.add(event);
            fail();
        }

        private void fail() {
            if (thrown != null) {
                throw thrown;
            }
        }

        @Override
        public void onState(ConnectionState state) {
            record(state.name());
        }

        @Override
        public void onReady(NodeConnection connection) {
            record("ready");
        }

        @Override
        public void onUnavailable(Throwable cause) {
            record("unavailable");
        }

        @Override
        public void onLost(CommandQueue inFlight, Throwable cause) {
            record("lost");
        }

        @Override
        public void onMessage(Response message) {
            record("message");
        }

        @Override
        public void onTick(long now) {
            ticks = ticks + 1;
            fail();
        }

        @Override
        public boolean isQuiet() {
            return quiet;
        }

        @Override
        public boolean needsConnection() {
            return needs;
        }

        @Override
        public void onEnded() {
            record("ended");
        }
    }
}
