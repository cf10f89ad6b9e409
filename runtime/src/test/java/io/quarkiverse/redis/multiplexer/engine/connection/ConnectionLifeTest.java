package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.engine.connection.ConnectionLife.State.CLOSED;
import static io.quarkiverse.redis.multiplexer.engine.connection.ConnectionLife.State.CLOSING;
import static io.quarkiverse.redis.multiplexer.engine.connection.ConnectionLife.State.OPEN;
import static io.quarkiverse.redis.multiplexer.engine.connection.ConnectionLife.State.RETIRING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionLife.State;

/** The states of a connection: these transitions and no others. */
class ConnectionLifeTest {

    private static final Map<State, Set<State>> TRANSITIONS = Map.of(
            OPEN, EnumSet.of(RETIRING, CLOSING, CLOSED),
            RETIRING, EnumSet.of(CLOSING, CLOSED),
            CLOSING, EnumSet.of(CLOSED),
            CLOSED, EnumSet.noneOf(State.class));

    private static final Map<State, List<BiConsumer<ConnectionLife, Throwable>>> WAYS = Map.of(
            OPEN, List.of(),
            RETIRING, List.of(ConnectionLife::retire, ConnectionLife::renew),
            CLOSING, List.of(ConnectionLife::close, ConnectionLife::closeBroken),
            CLOSED, List.of(ConnectionLife::abandon, ConnectionLife::closedByPeer));

    private final ConnectionLife life = new ConnectionLife();
    private final Throwable cause = new IOException("the reason");

    @ParameterizedTest
    @EnumSource
    void aStateBecomesTheseAndNoOthers(State from) {
        for (State to : State.values()) {
            assertEquals(TRANSITIONS.get(from).contains(to), from.canBecome(to), () -> from + " to " + to);
            for (BiConsumer<ConnectionLife, Throwable> way : WAYS.get(to)) {
                ConnectionLife one = in(from);
                if (from.canBecome(to)) {
                    way.accept(one, cause);
                    assertTrue(one.is(to));
                } else {
                    assertThrows(IllegalStateException.class, () -> way.accept(one, cause));
                    assertTrue(one.is(from));
                }
            }
        }
    }

    private ConnectionLife in(State state) {
        ConnectionLife one = new ConnectionLife();
        WAYS.get(state).stream().limit(1).forEach(way -> way.accept(one, cause));
        assertTrue(one.is(state));
        return one;
    }

    @Test
    void itIsOpenUntilItIsClosed() {
        assertTrue(life.isOpen());
        assertThrows(IllegalStateException.class, life::cause);
        life.retire(cause);
        assertTrue(life.isOpen());
        assertSame(cause, life.cause());
        Throwable other = new IOException("another reason");
        life.close(other);
        assertFalse(life.isOpen());
        assertSame(other, life.cause());
        life.closed();
        assertSame(other, life.cause());
        assertFalse(life.isEndedByPeer());
    }

    @Test
    void whatIsAbandonedWhileItIsBeingClosedEndsByTheFirstReason() {
        life.close(cause);
        life.abandon(new IOException("another reason"));
        assertSame(cause, life.cause());
    }

    @Test
    void aSocketThatFailsOrIsClosedIsEndedByThePeer() {
        life.closeBroken(cause);
        assertTrue(life.isEndedByPeer());
        ConnectionLife other = new ConnectionLife();
        other.closedByPeer(cause);
        assertTrue(other.isEndedByPeer());
    }

    @Test
    void aSocketThatIsClosedWasWantedToBeOrIsEndedByThePeer() {
        Throwable other = new IOException("another reason");
        life.close(cause);
        life.closedFor(other);
        assertSame(cause, life.cause());
        assertFalse(life.isEndedByPeer());

        ConnectionLife lost = new ConnectionLife();
        lost.closedFor(other);
        assertTrue(lost.is(CLOSED));
        assertSame(other, lost.cause());
        assertTrue(lost.isEndedByPeer());
    }

    @Test
    void itIsRenewedUnlessItEndsForAnotherReason() {
        life.retire(cause);
        assertFalse(life.isRenewed());
        ConnectionLife renewed = new ConnectionLife();
        renewed.renew(cause);
        renewed.close(renewed.cause());
        renewed.closed();
        assertTrue(renewed.isRenewed());
        ConnectionLife lost = new ConnectionLife();
        lost.renew(cause);
        lost.closedByPeer(new IOException("another reason"));
        assertFalse(lost.isRenewed());
    }

    @Test
    void itIsNotClosedUnlessItWasBeingClosed() {
        assertThrows(IllegalStateException.class, life::closed);
    }
}
