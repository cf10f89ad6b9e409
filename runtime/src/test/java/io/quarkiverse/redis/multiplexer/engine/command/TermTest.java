package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How long a {@link PendingCommand} may take: not told yet, until a deadline, or for ever. */
class TermTest {

    private final FakeCommand command = new FakeCommand(0);

    @Test
    void beforeItIsAcceptedItHasNone() {
        assertFalse(command.isTimed());
        assertFalse(command.isLimited());
        assertFalse(command.isEndless());
        assertFalse(command.isOverdue(Long.MAX_VALUE));
        assertThrows(IllegalStateException.class, command::deadline);
    }

    @Test
    void anyMomentCanBeItsDeadline() {
        for (long deadline : new long[] { 0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE }) {
            command.mustEndBy(deadline);
            assertTrue(command.isTimed() && command.isLimited() && !command.isEndless());
            assertEquals(deadline, command.deadline());
            assertTrue(command.isOverdue(deadline));
            assertFalse(command.isOverdue(deadline - 1));
        }
    }

    @Test
    void whatMayTakeForEverHasNoDeadlineAndCanBeLimited() {
        command.mayTakeForEver();
        assertTrue(command.isTimed() && command.isEndless() && !command.isLimited());
        assertFalse(command.isOverdue(Long.MAX_VALUE));
        assertThrows(IllegalStateException.class, command::deadline);
        assertTrue(command.isAwaited(Long.MAX_VALUE));
        command.mustEndBy(5);
        assertTrue(command.isOverdue(5));
        assertFalse(command.isAwaited(5));
    }
}
