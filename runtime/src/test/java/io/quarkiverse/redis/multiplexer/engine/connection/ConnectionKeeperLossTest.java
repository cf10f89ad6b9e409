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
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector.Attempt;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** {@link ConnectionKeeper}, and what it loses, renews, or cannot get. */
class ConnectionKeeperLossTest extends KeeperByHand {

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
    void aSuccessorIsThereWhenTheUserIsToldOfTheLoss() throws Exception {
        keeper(new MultiplexerOptions().setLivenessTimeout(Duration.ofMillis(50)));
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
    void oneThatIsRenewedIsMadeAnewAtOnceAndThatIsNoOutage() throws Exception {
        keeper.whenReady(context);
        HandSocket first = connect(1);
        onLoop(() -> {
            keeper.renew(new ConnectException("to be made anew"));
            first.runPendingTasks();
            return null;
        });
        Attempt second = connector.attempt(2);
        assertTrue(onLoop(() -> keeper.state().unavailable().isEmpty()));
        onLoop(second::succeed);
        await(keeper.whenReady(context));
        assertEquals(List.of("CONNECTING", "HANDSHAKING", "READY", "ready", "IDLE", "lost", "CONNECTING", "HANDSHAKING",
                "READY", "ready"), user.events);
    }

    @Test
    void itIsAnOutageIfThereIsNoOtherOneToBeHad() throws Exception {
        keeper.whenReady(context);
        connect(1);
        onLoop(() -> {
            keeper.renew(new ConnectException("to be made anew"));
            return null;
        });
        Attempt second = connector.attempt(2);
        assertFalse(user.events.contains("unavailable"));
        onLoop(() -> second.fail(new ConnectException("refused")));
        assertEquals(List.of("CONNECTING", "BACKING_OFF", "unavailable"), List.copyOf(user.events).subList(6, 9));
    }

    @Test
    void itIsAnOutageIfItIsLostBeforeAllIsAnswered() throws Exception {
        keeper.whenReady(context);
        HandSocket first = connect(1);
        onLoop(() -> {
            first.connection.send(Request.cmd(Command.PING));
            keeper.renew(new ConnectException("to be made anew"));
            return close(first);
        });
        assertEquals(List.of("BACKING_OFF", "lost", "unavailable"), List.copyOf(user.events).subList(4, 7));
    }

    @Test
    void anAttemptThatNothingComesOfIsMadeAgain() throws Exception {
        keeper(new MultiplexerOptions().setConnectTimeout(Duration.ofMillis(50)));
        Future<Void> ready = keeper.whenReady(context);
        Attempt forgotten = connector.attempt(1);
        awaitFailure(ready);
        HandSocket second = connect(2);
        HandSocket late = onLoop(forgotten::succeed);
        assertFalse(onLoop(late.connection::isOpen));
        assertTrue(onLoop(() -> keeper.state().connection().get() == second.connection));
    }

    /** What the user throws stands for what can't be made for want of memory. */
    @Test
    void anEndThatCouldNotBeDealtWithIsDealtWithLater() throws Exception {
        keeper.whenReady(context);
        HandSocket channel = connect(1);
        long ready = System.nanoTime();
        awaitUntil(() -> System.nanoTime() - ready > TimeUnit.MILLISECONDS.toNanos(1100));
        user.onAsked = () -> {
            user.onAsked = () -> {
            };
            throw new OutOfMemoryError("by hand");
        };
        onLoop(() -> close(channel));
        awaitUntil(() -> onLoop(this::state) == ConnectionState.IDLE);
    }

    @Test
    void whatAUserWhoThrowsHasNotSettledFails() throws Exception {
        keeper.whenReady(context);
        HandSocket channel = connect(1);
        user.onLost = () -> {
            throw new OutOfMemoryError("by hand");
        };
        Future<Response> answer = onLoop(() -> channel.connection.send(Request.cmd(Command.PING)));
        onLoop(() -> close(channel));
        assertInstanceOf(ConnectionLostException.class, awaitFailure(answer));
    }
}
