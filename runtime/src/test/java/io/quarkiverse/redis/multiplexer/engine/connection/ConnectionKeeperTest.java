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
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector.Attempt;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

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
        assertEquals(ConnectionState.IDLE, onLoop(this::state));
        assertTrue(connector.attempts.isEmpty());
    }

    @Test
    void theWayToAConnectionAndBackAfterItsLoss() throws Exception {
        Future<Void> ready = keeper.whenReady(context);
        Attempt attempt = connector.attempt(1);
        onLoop(attempt::open);
        HandSocket channel = onLoop(attempt::succeed);
        await(ready);
        onLoop(() -> close(channel));
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
            HandSocket channel = onLoop(connector.attempt(number)::succeed);
            await(keeper.whenReady(context));
            onLoop(() -> close(channel));
        }
        await(keeper.close(Duration.ZERO, () -> {
            throw user.thrown;
        }));
        assertEquals(ConnectionState.CLOSED, onLoop(this::state));
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
    void whatTheServerClosesWhileNobodyUsesItIsMadeAgainWhenItIsWanted() throws Exception {
        keeper.whenReady(context);
        HandSocket channel = connect(1);
        long ready = System.nanoTime();
        awaitUntil(() -> System.nanoTime() - ready > TimeUnit.MILLISECONDS.toNanos(1100));
        onLoop(() -> close(channel));
        awaitUntil(() -> onLoop(this::state) == ConnectionState.IDLE);
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
        HandSocket channel = connect(1);
        long ready = System.nanoTime();
        awaitUntil(() -> System.nanoTime() - ready > TimeUnit.MILLISECONDS.toNanos(1100));
        onLoop(() -> close(channel));
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
        HandSocket channel = connect(1);
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
        HandSocket late = onLoop(attempt::succeed);
        awaitUntil(() -> onLoop(() -> {
            late.runPendingTasks();
            return !late.isOpen();
        }));
        assertEquals(ConnectionState.CLOSED, onLoop(this::state));
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

    @Test
    void thereIsAConnectionWhileItIsReadyAndAReasonWhileThereIsNone() throws Exception {
        assertTrue(onLoop(() -> keeper.state().connection().isEmpty() && keeper.state().missing().isEmpty()
                && keeper.state().unavailable().isEmpty()));
        keeper.whenReady(context);
        assertTrue(onLoop(() -> keeper.state().connection().isEmpty()));
        HandSocket channel = connect(1);
        assertTrue(onLoop(() -> keeper.state().connection().get() == channel.connection && keeper.state().missing().isEmpty()));
        onLoop(() -> {
            close(channel);
            assertTrue(keeper.state().connection().isEmpty());
            assertEquals(keeper.state().unavailable(), keeper.state().missing());
            assertTrue(keeper.state().unavailable().get().getMessage().contains("closed the connection"));
            return null;
        });
        Attempt second = connector.attempt(2);
        assertTrue(onLoop(() -> keeper.state().unavailable().isEmpty() && keeper.state().missing().isPresent()));
        onLoop(second::succeed);
        assertTrue(onLoop(() -> keeper.state().unavailable().isEmpty() && keeper.state().missing().isEmpty()));
    }

    @Test
    void aSuccessorIsThereWhenTheUserIsToldOfTheLoss() throws Exception {
        ClientSettings impatient = ClientSettings.of("test", settings.redis(),
                new MultiplexerOptions().setLivenessTimeout(Duration.ofMillis(50)));
        keeper = new ConnectionKeeper("the connection", context, connector, impatient, failures, new OutageLog("test"), user);
        keeper.whenReady(context);
        HandSocket silent = connect(1);
        awaitUntil(() -> onLoop(() -> silent.takeSent().contains("PING")));
        // A question of ours that is not answered: nobody waits for it, so that two answers on the successor are enough.
        Attempt attempt = connector.attempt(2);
        assertEquals(ConnectionState.READY, onLoop(this::state));
        assertEquals(false, onLoop(silent.connection::isWritable));
        HandSocket successor = onLoop(attempt::succeed);
        user.onLost = () -> assertTrue(keeper.state().connection().get() == successor.connection);
        awaitUntil(() -> onLoop(() -> {
            if (successor.takeSent().contains("PING")) {
                successor.say("+PONG;");
            }
            silent.runPendingTasks();
            return !silent.isOpen();
        }));
        assertEquals(List.of("CONNECTING", "HANDSHAKING", "READY", "ready", "READY", "lost", "ready"), user.events);
        // It is the keeper's now.
        onLoop(() -> close(successor));
        connector.attempt(3);
    }

    @Test
    void itIsKeptForTheGraceAndNoLonger() throws Exception {
        user.quiet = false;
        keeper.whenReady(context);
        HandSocket channel = connect(1);
        Future<Void> end = keeper.close(Duration.ofHours(1), () -> {
        });
        assertEquals(ConnectionState.CLOSING, onLoop(this::state));
        assertTrue(onLoop(() -> keeper.state().connection().isPresent()));
        onLoop(() -> {
            channel.say("+a message;");
            return null;
        });
        assertTrue(channel.isOpen());
        user.quiet = true;
        onLoop(() -> {
            channel.say("+a message;");
            return null;
        });
        await(end);
        assertEquals(List.of("CLOSED", "lost", "ended"), user.events.subList(user.events.size() - 3, user.events.size()));
    }

    @Test
    void oneThatIsRetiredIsMadeAnew() throws Exception {
        keeper.whenReady(context);
        HandSocket first = connect(1);
        onLoop(() -> {
            keeper.renew(new ConnectException("to be made anew"));
            first.runPendingTasks();
            return null;
        });
        onLoop(connector.attempt(2)::succeed);
        await(keeper.whenReady(context));
    }

    private HandSocket connect(int attempt) throws Exception {
        Attempt next = connector.attempt(attempt);
        onLoop(next::open);
        HandSocket channel = onLoop(next::succeed);
        await(keeper.whenReady(context));
        return channel;
    }

    private ConnectionState state() {
        return keeper.state().current();
    }

    private static Void close(HandSocket channel) {
        channel.close();
        return null;
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }
}
