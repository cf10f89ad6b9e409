package io.quarkiverse.redis.multiplexer.engine.lane;

import static io.quarkiverse.redis.multiplexer.engine.lane.RefusedCommands.State.NONE;
import static io.quarkiverse.redis.multiplexer.engine.lane.RefusedCommands.State.PROBING;
import static io.quarkiverse.redis.multiplexer.engine.lane.RefusedCommands.State.REFUSED;
import static io.quarkiverse.redis.multiplexer.engine.lane.RefusedCommands.State.WAITING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ScarceQueue;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link RefusedCommands}: what is sent when, in which order. */
class RefusedCommandsTest {

    private static final ErrorType BUSY = ErrorType.create("BUSY a script is running");

    private final RefusedCommands refused = new RefusedCommands();
    private final PendingCommand first = command("INCR a");
    private final PendingCommand second = command("INCR b");
    private final PendingCommand third = command("INCR c");
    private int order;

    @Test
    void theseAreAllTransitions() {
        Map<RefusedCommands.State, Set<RefusedCommands.State>> transitions = Map.of(NONE, Set.of(REFUSED),
                REFUSED, Set.of(WAITING, NONE), WAITING, Set.of(PROBING, NONE), PROBING, Set.of(WAITING, NONE));
        for (RefusedCommands.State from : RefusedCommands.State.values()) {
            for (RefusedCommands.State to : RefusedCommands.State.values()) {
                assertEquals(transitions.get(from).contains(to), from.canBecome(to), () -> from + " to " + to);
            }
        }
    }

    @Test
    void whatEndsTheScriptOvertakesNothing() {
        PendingCommand end = command("SCRIPT KILL");
        add(first, List.of(end, second));
        add(second, List.of());
        assertEquals(List.of(), refused.executed());
        assertEquals(List.of(), refused.onQuiet());
        assertEquals(2, refused.size());
    }

    @Test
    void nothingIsHeldBeforeSomethingIsRefused() {
        assertFalse(refused.isHolding());
        assertEquals(Optional.empty(), refused.error());
        assertFalse(refused.canProbe());
        assertFalse(refused.isOver());
        assertEquals(List.of(), refused.onQuiet());
        assertThrows(IllegalStateException.class, refused::nextProbe);
        assertEquals(List.of(), released());
    }

    @Test
    void theOldestIsTriedWhenAllThatWasSentBehindHasBeenAnswered() {
        add(first, List.of(second, third));
        assertEquals(REFUSED, refused.state());
        assertSame(BUSY, refused.error().orElseThrow());
        assertFalse(refused.canProbe());
        assertFalse(refused.isOver());
        assertThrows(IllegalStateException.class, refused::nextProbe);
        add(second, List.of(third));
        add(third, List.of());

        assertEquals(List.of(), refused.onQuiet());
        assertEquals(WAITING, refused.state());
        assertFalse(refused.isOver());
        assertTrue(refused.canProbe());
        assertSame(first, refused.nextProbe());
        assertEquals(PROBING, refused.state());
        assertEquals(2, refused.size());
        assertFalse(refused.canProbe());
        assertTrue(refused.isOver(), "if it is answered by anything else than a refusal");
        assertEquals(List.of(second, third), released());
        assertFalse(refused.isHolding());
        assertEquals(Optional.empty(), refused.error());
    }

    @Test
    void theTriedOneMayBeRefusedAgainAndStaysTheOldest() {
        add(first, List.of(second));
        add(second, List.of());
        refused.onQuiet();
        add(refused.nextProbe(), List.of());
        assertEquals(WAITING, refused.state());
        assertFalse(refused.isOver());
        assertSame(first, refused.nextProbe());
        add(first, List.of());
        assertEquals(List.of(first, second), released());
    }

    @Test
    void aRefusedWriteIsNotSentBehindOneThatHasBeenExecuted() {
        add(first, List.of(second, third));
        add(third, List.of());
        assertEquals(List.of(second), refused.executed());
        assertEquals(List.of(first), refused.onQuiet());
        assertEquals(List.of(third), all(refused.commands()));
        assertEquals(List.of(), refused.executed());
    }

    @Test
    void whatWasSentBehindMayHaveBeenExecutedWhenTheConnectionIsLost() {
        add(first, List.of(second, third));
        add(second, List.of(third));
        assertEquals(List.of(third), refused.executed());
        assertEquals(List.of(first, second), released());
        assertEquals(NONE, refused.state());
        assertEquals(List.of(), refused.executed());
    }

    @Test
    void whatHasMissedItsDeadlineIsNotSentAgain() {
        first.fail(new IllegalStateException("overdue"));
        add(first, List.of());
        assertTrue(refused.isHolding());
        assertEquals(0, refused.size());
        refused.onQuiet();
        assertFalse(refused.canProbe());
        assertTrue(refused.isOver());
    }

    @Test
    void withoutMemoryNothingIsKept() {
        assertThrows(OutOfMemoryError.class, () -> refused.add(first, BUSY, () -> {
            throw new OutOfMemoryError("by hand");
        }));
        assertFalse(refused.isHolding());
        assertEquals(0, refused.size());
    }

    @Test
    void theyStayWhereTheyAreIfThereIsNoMemoryToMoveThem() throws Exception {
        add(first, List.of(second));
        add(second, List.of());
        refused.onQuiet();
        CommandQueue backlog = new CommandQueue();
        backlog.addLast(third);
        ScarceQueue.during(backlog, () -> assertThrows(RuntimeException.class, () -> refused.releaseTo(backlog)));
        assertEquals(WAITING, refused.state());
        assertEquals(List.of(first, second), all(refused.commands()));
        refused.releaseTo(backlog);
        assertEquals(List.of(first, second, third), all(backlog));
    }

    @Test
    void itIsNotDecidedWhatCanBeSentAgainIfThereIsNoMemoryForThat() {
        FakeCommand unknown = new FakeCommand(1);
        add(first, List.of(unknown));
        assertThrows(UnsupportedOperationException.class, refused::onQuiet);
        assertEquals(REFUSED, refused.state());
        assertFalse(refused.canProbe());
        assertEquals(List.of(first), all(refused.commands()));
    }

    @Test
    void theTriedOneMayMissItsDeadline() {
        add(first, List.of());
        refused.onQuiet();
        PendingCommand probe = refused.nextProbe();
        probe.fail(new IllegalStateException("overdue"));
        add(probe, List.of());
        assertEquals(WAITING, refused.state());
        assertTrue(refused.isOver());
    }

    private void add(PendingCommand command, List<PendingCommand> behind) {
        command.markSent();
        refused.add(command, BUSY, () -> behind);
        assertFalse(command.wasSent());
    }

    private List<PendingCommand> released() {
        CommandQueue released = new CommandQueue();
        refused.releaseTo(released);
        return all(released);
    }

    private PendingCommand command(String words) {
        PendingCommand command = LoopBench.command(words).command();
        command.mayTakeForEver();
        command.order = ++order;
        return command;
    }

    private static List<PendingCommand> all(CommandQueue queue) {
        List<PendingCommand> all = new ArrayList<>();
        queue.forEach(all::add);
        return all;
    }
}
