package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

/** {@link CommandDeadlines}, on a clock that is about to overflow. */
class CommandDeadlinesTest {

    private static final long NOW = Long.MAX_VALUE - 8;

    private final CommandDeadlines deadlines = new CommandDeadlines();

    @Test
    void neitherOrderNorEndlessNeighboursHideADeadline() {
        PendingCommand endless = add(PendingCommand.NO_DEADLINE);
        PendingCommand late = add(NOW + 100);
        PendingCommand early = add(NOW + 10);
        assertEquals(NOW + 10, deadlines.earliest());
        assertEquals(List.of(), deadlines.takeOverdue(NOW + 9));
        assertEquals(List.of(early), deadlines.takeOverdue(NOW + 10));
        assertEquals(NOW + 100, deadlines.earliest());
        assertEquals(List.of(late), deadlines.takeOverdue(NOW + 1000));
        assertEquals(PendingCommand.NO_DEADLINE, deadlines.earliest());
        assertTrue(deadlines.areAwaited());
        endless.fail(new IllegalStateException("answered"));
        assertFalse(deadlines.areAwaited());
    }

    @Test
    void whatIsCompleteIsNotOverdue() {
        PendingCommand answered = add(NOW + 1);
        PendingCommand other = add(NOW + 2);
        answered.settle();
        assertEquals(NOW + 2, deadlines.earliest());
        assertEquals(List.of(other), deadlines.takeOverdue(NOW + 3));
        assertFalse(deadlines.areAwaited());
    }

    @Test
    void whatMayTakeForEverCanBeLimitedLater() {
        PendingCommand first = add(PendingCommand.NO_DEADLINE);
        PendingCommand ordinary = add(NOW + 7);
        PendingCommand second = add(PendingCommand.NO_DEADLINE);
        deadlines.limit(NOW + 5);
        assertEquals(List.of(first, second), deadlines.takeOverdue(NOW + 5));
        assertEquals(List.of(ordinary), deadlines.takeOverdue(NOW + 7));
    }

    private PendingCommand add(long deadline) {
        FakeCommand command = new FakeCommand(0);
        command.deadline = deadline;
        deadlines.add(command);
        return command;
    }
}
