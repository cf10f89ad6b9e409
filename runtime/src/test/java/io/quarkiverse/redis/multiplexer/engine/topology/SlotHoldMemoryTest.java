package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ScarceQueue;
import io.quarkiverse.redis.multiplexer.engine.topology.SlotHold.State;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link SlotHold} where there is no memory: its commands stay where they are, or fail. */
class SlotHoldMemoryTest {

    private final Verdict moved = Verdict.of(ErrorType.create("MOVED 1 other:2"), SocketAddress.inetSocketAddress(1, "node"))
            .orElseThrow();
    private final FakeCommand back = new FakeCommand(1);
    private final FakeCommand first = new FakeCommand(2);
    private final FakeCommand second = new FakeCommand(3);
    private final List<PendingCommand> sent = new ArrayList<>();
    private final SlotHold hold = hold();

    private SlotHold hold() {
        SlotHold made = new SlotHold(1, command -> true, moved, List.of());
        made.takeBack(back);
        made.add(first);
        made.add(second);
        return made;
    }

    @Test
    void whatCannotBeHandedOutIsHandedOutLater() throws Exception {
        for (Consumer<Consumer<PendingCommand>> step : List.<Consumer<Consumer<PendingCommand>>> of(hold::probe, hold::pass)) {
            ScarceQueue.during(hold, "waiting",
                    () -> assertThrows(RuntimeException.class, () -> step.accept(sent::add)));
            assertEquals(State.DRAINING, hold.state());
            assertEquals(List.of(), sent);
        }
        assertEquals(3, hold.size());
        hold.pass(sent::add);
        assertEquals(List.of(back, first, second), sent);
    }

    @Test
    void whatThereIsNoMemoryToSendFailsAndWhatComesBehindItIsSent() {
        hold.pass(command -> {
            if (command == first) {
                throw new OutOfMemoryError("by hand");
            }
            sent.add(command);
        });
        assertEquals(List.of(back, second), sent);
        assertEquals(1, first.taken.get());
        assertEquals(State.PASSING, hold.state());
    }

    @Test
    void whoIsToFailThemAndThrowsKeepsNoneFromFailing() {
        hold.takeAll(command -> {
            throw new OutOfMemoryError("by hand");
        });
        assertEquals(List.of(1, 1, 1), List.of(back.taken.get(), first.taken.get(), second.taken.get()));
        assertEquals(0, hold.size());
    }
}
