package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** {@link EarliestDeadline}, on a clock that is about to overflow. */
class EarliestDeadlineTest {

    private static final long NOW = Long.MAX_VALUE - 5;

    private final EarliestDeadline earliest = new EarliestDeadline();

    @Test
    void withoutCommandsNothingHasPassed() {
        assertFalse(earliest.mayHavePassed(Long.MAX_VALUE));
        assertFalse(earliest.mayHavePassed(Long.MIN_VALUE));
    }

    @Test
    void theEarliestCounts() {
        note(NOW + 100);
        note(NOW + 10);
        note(NOW + 50);
        assertFalse(earliest.mayHavePassed(NOW + 9));
        assertTrue(earliest.mayHavePassed(NOW + 10));
    }

    @Test
    void whatHasNoDeadlineHidesNone() {
        FakeCommand endless = new FakeCommand(0);
        endless.mayTakeForEver();
        earliest.note(endless);
        earliest.note(new FakeCommand(1));
        assertFalse(earliest.mayHavePassed(NOW + 1000));
        note(NOW + 10);
        earliest.note(endless);
        assertTrue(earliest.mayHavePassed(NOW + 10));
    }

    @Test
    void itStartsAnew() {
        note(NOW);
        earliest.clear();
        assertFalse(earliest.mayHavePassed(NOW + 1000));
        note(NOW + 2000);
        assertFalse(earliest.mayHavePassed(NOW + 1000));
        assertTrue(earliest.mayHavePassed(NOW + 2000));
    }

    private void note(long deadline) {
        FakeCommand command = new FakeCommand(0);
        command.mustEndBy(deadline);
        earliest.note(command);
    }
}
