package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.BROKEN;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.DEDICATED;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.PROMOTING;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.SHARED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;

import org.junit.jupiter.api.Test;

/** An {@link OwnConnection}, by hand. */
class OwnConnectionTest {

    private final OwnConnection own = new OwnConnection();
    private final HandConnection lent = new HandConnection();
    private final Throwable cause = new IllegalStateException("lost");

    @Test
    void itIsLentUsedAndLeft() {
        assertTrue(own.is(SHARED));
        own.promoting();
        assertTrue(own.is(PROMOTING) && own.connection().isEmpty());
        own.lent(lent);
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
        own.promoting();
        own.lent(lent);
        own.passedOn();
        own.givenBack();
        assertTrue(own.is(DEDICATED) && own.connection().isEmpty());
    }

    @Test
    void whatIsLostStaysLost() {
        own.promoting();
        own.broken(cause);
        assertEquals(Optional.of(cause), own.failure());
        own.lent(lent);
        assertTrue(own.is(BROKEN) && own.connection().isEmpty(), "It came too late");
        assertThrows(IllegalStateException.class, own::promoting);
        assertThrows(IllegalStateException.class, own::left);
    }

    @Test
    void nothingIsLeftOrLostThatIsNotThere() {
        assertThrows(IllegalStateException.class, own::left);
        assertThrows(IllegalStateException.class, () -> own.broken(cause));
        own.lent(lent);
        assertTrue(own.is(SHARED) && own.connection().isEmpty());
        own.promoting();
        assertThrows(IllegalStateException.class, own::promoting);
        own.lent(lent);
        assertThrows(IllegalStateException.class, own::left);
        own.passedOn();
        own.broken(cause);
        assertTrue(own.is(BROKEN) && own.connection().isEmpty());
    }
}
