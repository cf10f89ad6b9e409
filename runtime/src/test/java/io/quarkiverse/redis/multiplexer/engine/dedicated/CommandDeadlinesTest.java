package io.quarkiverse.redis.multiplexer.engine.dedicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/** {@link CommandDeadlines}, on a clock that is about to overflow. */
class CommandDeadlinesTest {

    private static final long NOW = Long.MAX_VALUE - 8;

    private final CommandDeadlines deadlines = new CommandDeadlines();

    @Test
    void neitherOrderNorEndlessNeighboursHideADeadline() {
        PendingCommand endless = addEndless();
        PendingCommand late = add(NOW + 100);
        PendingCommand early = add(NOW + 10);
        assertEquals(OptionalLong.of(NOW + 10), deadlines.earliest());
        assertEquals(List.of(), deadlines.takeOverdue(NOW + 9));
        assertEquals(List.of(early), deadlines.takeOverdue(NOW + 10));
        assertEquals(OptionalLong.of(NOW + 100), deadlines.earliest());
        assertEquals(List.of(late), deadlines.takeOverdue(NOW + 1000));
        assertEquals(OptionalLong.empty(), deadlines.earliest());
        assertTrue(deadlines.areAwaited());
        endless.fail(new IllegalStateException("answered"));
        assertFalse(deadlines.areAwaited());
    }

    @Test
    void whatIsCompleteIsNotOverdue() {
        PendingCommand answered = add(NOW + 1);
        PendingCommand other = add(NOW + 2);
        answered.fail(new IllegalStateException("answered"));
        assertEquals(OptionalLong.of(NOW + 2), deadlines.earliest());
        assertEquals(List.of(other), deadlines.takeOverdue(NOW + 3));
        assertFalse(deadlines.areAwaited());
    }

    @Test
    void whatMayTakeForEverCanBeLimitedLater() {
        PendingCommand first = addEndless();
        PendingCommand ordinary = add(NOW + 7);
        PendingCommand second = addEndless();
        deadlines.limit(NOW + 5);
        assertEquals(List.of(first, second), deadlines.takeOverdue(NOW + 5));
        assertEquals(List.of(ordinary), deadlines.takeOverdue(NOW + 7));
    }

    @Test
    void oneThatMayTakeForEverCanBeLimitedAlone() {
        PendingCommand first = addEndless();
        addEndless();
        PendingCommand ordinary = add(NOW + 7);
        PendingCommand elsewhere = new FakeCommand(0);
        elsewhere.mayTakeForEver();
        for (PendingCommand command : List.of(first, ordinary, elsewhere)) {
            deadlines.limit(command, NOW + 5);
        }
        assertEquals(List.of(first), deadlines.takeOverdue(NOW + 5));
        assertEquals(List.of(ordinary), deadlines.takeOverdue(NOW + 1000));
        assertTrue(elsewhere.isEndless());
    }

    private PendingCommand addEndless() {
        FakeCommand command = new FakeCommand(0);
        command.mayTakeForEver();
        deadlines.add(command);
        return command;
    }

    private PendingCommand add(long deadline) {
        FakeCommand command = new FakeCommand(0);
        command.mustEndBy(deadline);
        deadlines.add(command);
        return command;
    }
}
