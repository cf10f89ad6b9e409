package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

class ExclusiveExchangeTest {

    private final ExclusiveExchange exchange = new ExclusiveExchange();

    @Test
    void whatNeedsNotBeAloneIsNotHeldUp() {
        assertTrue(exchange.admits(command(1), true));
        assertTrue(exchange.admits(command(2), false));
        assertFalse(exchange.isActive());
    }

    @Test
    void whatMustBeAloneWaitsForSilenceAndEverythingBehindItForItsAnswer() {
        PendingCommand auth = exclusive(1);
        PendingCommand behind = command(2);
        assertFalse(exchange.admits(auth, false));
        assertFalse(exchange.admits(behind, false));
        assertEquals(Optional.empty(), exchange.next(false));

        assertSame(auth, exchange.next(true).orElseThrow());
        assertTrue(exchange.isActive());
        assertEquals(Optional.empty(), exchange.next(false));

        assertSame(behind, exchange.next(true).orElseThrow());
        assertEquals(Optional.empty(), exchange.next(false));
        assertFalse(exchange.isActive());
    }

    @Test
    void ifNothingIsInFlightItIsWrittenAtOnce() {
        assertTrue(exchange.admits(exclusive(1), true));
        assertTrue(exchange.isActive());
        assertFalse(exchange.admits(command(2), false));
        assertEquals(2, ((FakeCommand) exchange.next(true).orElseThrow()).number);
    }

    @Test
    void whatMissedItsDeadlineWhileItWaitedIsNotSent() {
        PendingCommand auth = exclusive(1);
        exchange.admits(auth, false);
        exchange.admits(command(2), false);
        auth.fail(new IllegalStateException("too late"));
        assertEquals(2, ((FakeCommand) exchange.next(true).orElseThrow()).number);
        assertEquals(Optional.empty(), exchange.next(false));
        assertFalse(exchange.isActive());
    }

    @Test
    void theEndGivesBackWhatWaits() {
        exchange.admits(exclusive(1), false);
        exchange.admits(command(2), false);
        CommandQueue lost = new CommandQueue();
        lost.addLast(command(0));
        exchange.moveWaitingTo(lost);
        for (int i = 0; i < 3; i++) {
            assertEquals(i, ((FakeCommand) lost.pollFirst()).number);
        }
        assertTrue(lost.isEmpty());
    }

    @Test
    void inRandomTrafficOrderIsKeptAndTheExclusiveAreAlone() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Integer> written = new ArrayList<>();
            List<PendingCommand> inFlight = new ArrayList<>();
            int made = 0;
            while (written.size() < 100) {
                if (made < 100 && random.nextBoolean()) {
                    PendingCommand command = random.nextInt(4) == 0 ? exclusive(made++) : command(made++);
                    if (exchange.admits(command, inFlight.isEmpty())) {
                        write(command, written, inFlight);
                    }
                } else if (!inFlight.isEmpty()) {
                    inFlight.remove(0);
                    for (Optional<PendingCommand> next; (next = exchange.next(inFlight.isEmpty())).isPresent();) {
                        write(next.get(), written, inFlight);
                    }
                }
            }
            for (int i = 0; i < 100; i++) {
                assertEquals(i, written.get(i), "seed " + seed);
            }
            while (!inFlight.isEmpty()) {
                inFlight.remove(0);
                assertEquals(Optional.empty(), exchange.next(inFlight.isEmpty()));
            }
            assertFalse(exchange.isActive());
        }
    }

    private static void write(PendingCommand command, List<Integer> written, List<PendingCommand> inFlight) {
        assertTrue(inFlight.isEmpty() || !command.exclusive && inFlight.stream().noneMatch(other -> other.exclusive));
        written.add(((FakeCommand) command).number);
        inFlight.add(command);
    }

    private static PendingCommand command(int number) {
        return new FakeCommand(number);
    }

    private static PendingCommand exclusive(int number) {
        PendingCommand command = new FakeCommand(number);
        command.exclusive = true;
        return command;
    }
}
