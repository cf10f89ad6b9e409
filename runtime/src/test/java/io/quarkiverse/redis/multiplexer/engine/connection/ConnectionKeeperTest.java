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
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector.Attempt;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** The keeper, and its {@link Readiness}, with attempts to connect that succeed and fail by hand, and without a socket. */
class ConnectionKeeperTest extends KeeperByHand {

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
}
