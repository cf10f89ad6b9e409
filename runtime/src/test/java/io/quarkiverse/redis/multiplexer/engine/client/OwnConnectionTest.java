package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.BROKEN;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.DEDICATED;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.PROMOTING;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.SHARED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.vertx.redis.client.Response;

/** An {@link OwnConnection}, by hand. */
class OwnConnectionTest {

    private final OwnConnection own = new OwnConnection();
    private final HandConnection lent = new HandConnection();
    private final Borrower borrower = borrower();
    private final Borrower other = borrower();
    private final Throwable cause = new IllegalStateException("lost");

    @Test
    void itIsLentUsedAndLeft() {
        assertTrue(own.is(SHARED));
        own.promoting(borrower);
        assertTrue(own.is(PROMOTING) && own.connection().isEmpty());
        assertEquals(Optional.empty(), own.lent(borrower, lent));
        assertTrue(own.is(PROMOTING));
        assertEquals(Optional.of(lent), own.connection());
        own.passedOn();
        own.passedOn();
        assertTrue(own.is(DEDICATED));
        own.left();
        assertTrue(own.is(SHARED) && own.connection().isEmpty());
    }

    @Test
    void itIsGivenBackAtTheEnd() {
        own.promoting(borrower);
        own.lent(borrower, lent);
        own.passedOn();
        own.givenBack();
        assertTrue(own.is(DEDICATED) && own.connection().isEmpty());
    }

    @Test
    void onlyTheOneWhoHasItCounts() {
        assertFalse(own.isOf(borrower));
        own.promoting(borrower);
        assertTrue(own.isOf(borrower) && !own.isOf(other));
        assertEquals(Optional.of(lent), own.lent(other, lent));
        own.lent(borrower, lent);
        own.passedOn();
        own.left();
        assertFalse(own.isOf(borrower));
        own.promoting(other);
        assertTrue(own.isOf(other) && !own.isOf(borrower));
    }

    @Test
    void itIsClosedInWhateverState() {
        assertFalse(own.isClosed());
        own.close();
        own.close();
        assertTrue(own.isClosed() && own.is(SHARED));
    }

    @Test
    void whatIsLostStaysLost() {
        own.promoting(borrower);
        own.broken(cause);
        assertEquals(Optional.of(cause), own.failure());
        assertEquals(Optional.of(lent), own.lent(borrower, lent));
        assertTrue(own.is(BROKEN) && own.connection().isEmpty(), "It came too late");
        assertThrows(IllegalStateException.class, () -> own.promoting(borrower));
        assertThrows(IllegalStateException.class, own::left);
    }

    @Test
    void nothingIsLeftOrLostThatIsNotThere() {
        assertThrows(IllegalStateException.class, own::left);
        assertThrows(IllegalStateException.class, () -> own.broken(cause));
        assertEquals(Optional.of(lent), own.lent(borrower, lent));
        assertTrue(own.is(SHARED) && own.connection().isEmpty());
        own.promoting(borrower);
        assertThrows(IllegalStateException.class, () -> own.promoting(borrower));
        own.lent(borrower, lent);
        assertThrows(IllegalStateException.class, own::left);
        own.passedOn();
        own.broken(cause);
        assertTrue(own.is(BROKEN) && own.connection().isEmpty());
    }

    private static Borrower borrower() {
        return new Borrower() {
            @Override
            public boolean expectsMessages() {
                return false;
            }

            @Override
            public void onMessage(Response message) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void onEnd(Throwable cause) {
                throw new UnsupportedOperationException();
            }
        };
    }
}
