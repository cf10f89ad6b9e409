package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link TimedCommand}: the kinds of time that a command may take, and what is known of where it has been. */
class TimedCommandTest {

    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final SingleCommand command = new SingleCommand(Commands.request("GET a"), Promise.promise(), CommandReport.NONE);
    private final TimedCommand time = command;

    @Test
    void atFirstNothingIsKnown() {
        assertFalse(time.isTimed() || time.isLimited() || time.isEndless() || time.isOverdue(Long.MAX_VALUE / 2));
        assertThrows(IllegalStateException.class, time::deadline);
        assertEquals("", time.times(TIMEOUT, 0).toString());
    }

    @Test
    void aDeadlineTellsWhenItWasAccepted() {
        time.mustEndBy(TIMEOUT);
        assertTrue(time.isTimed() && time.isLimited() && !time.isEndless());
        assertTrue(time.isOverdue(TIMEOUT) && !time.isOverdue(TIMEOUT - 1));
        assertEquals(1000, time.times(TIMEOUT, SECOND).backlogMillis().getAsLong(), 2);
    }

    @Test
    void anotherDeadlineDoesNot() {
        time.mustEndBy(TIMEOUT);
        time.limitTo(3 * TIMEOUT);
        assertEquals(3 * TIMEOUT, time.deadline());
        assertTrue(time.isLimited() && time.isOverdue(3 * TIMEOUT));
        assertEquals(OptionalLong.empty(), time.times(TIMEOUT, SECOND).backlogMillis());
    }

    @Test
    void whatMayTakeForEverHasNoDeadline() {
        time.mustEndBy(TIMEOUT);
        time.mayTakeForEver();
        assertTrue(time.isTimed() && time.isEndless() && !time.isLimited() && !time.isOverdue(Long.MAX_VALUE / 2));
        time.leavesBacklog(0);
        assertEquals(1000, time.times(TIMEOUT, SECOND).wireMillis().getAsLong(), 2);
    }

    @Test
    void whatIsTakenBackIsInTheBacklogAgain() {
        time.mustEndBy(TIMEOUT);
        time.leavesBacklog(SECOND);
        assertEquals(1000, time.times(TIMEOUT, 2 * SECOND).wireMillis().getAsLong(), 2);
        command.takeBack(ErrorType.create("BUSY"));
        assertEquals(2000, time.times(TIMEOUT, 2 * SECOND).backlogMillis().getAsLong(), 2);
        assertEquals(OptionalLong.empty(), time.times(TIMEOUT, 2 * SECOND).wireMillis());
        time.leavesBacklog(3 * SECOND);
        assertTrue(command.repeat());
        assertEquals(OptionalLong.empty(), time.times(TIMEOUT, 4 * SECOND).wireMillis());
    }
}
