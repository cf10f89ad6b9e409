package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

class InFlightTest {

    private final InFlight inFlight = new InFlight();
    private final PendingCommand first = command(1);
    private final PendingCommand second = command(2);
    private final PendingCommand third = command(3);

    @Test
    void commandsAreAnsweredInTheOrderOfTheirBytes() {
        assertNull(inFlight.oldest());
        inFlight.add(first);
        inFlight.add(second);
        assertSame(first, inFlight.oldest());
        assertEquals(List.of(first, second), inFlight.snapshot());
        inFlight.removeOldest(System.nanoTime());
        assertSame(second, inFlight.oldest());
        inFlight.removeOldest(System.nanoTime());
        assertTrue(inFlight.isEmpty());
        assertEquals(0, inFlight.size());
    }

    @Test
    void theRoundTripOfOneCommandAtATimeIsMeasured() {
        long before = System.nanoTime();
        inFlight.add(first);
        long after = System.nanoTime();
        inFlight.add(second);
        assertEquals(NodeConnection.NO_ROUND_TRIP, inFlight.takeRoundTrip());
        inFlight.removeOldest(after + 1000);
        long roundTrip = inFlight.takeRoundTrip();
        assertTrue(roundTrip >= 1000 && roundTrip <= after - before + 1000, () -> roundTrip + " ns");
        assertEquals(NodeConnection.NO_ROUND_TRIP, inFlight.takeRoundTrip(), "It is taken once");

        inFlight.add(third);
        inFlight.removeOldest(System.nanoTime());
        assertEquals(NodeConnection.NO_ROUND_TRIP, inFlight.takeRoundTrip(), "The second one was not measured");
        inFlight.removeOldest(System.nanoTime());
        assertTrue(inFlight.takeRoundTrip() >= 0);
    }

    @Test
    void itIsKnownSinceWhenSomethingIsInFlight() {
        inFlight.add(first);
        long since = inFlight.since();
        inFlight.add(second);
        inFlight.removeOldest(System.nanoTime());
        inFlight.add(third);
        assertEquals(since, inFlight.since());
        inFlight.removeOldest(System.nanoTime());
        inFlight.removeOldest(System.nanoTime());
        long emptied = System.nanoTime();
        inFlight.add(first);
        assertTrue(inFlight.since() - emptied >= 0);
    }

    @Test
    void whatIsOverdueKeepsItsPlace() {
        first.mustEndBy(10);
        second.mayTakeForEver();
        third.mustEndBy(5);
        List.of(first, second, third).forEach(inFlight::add);
        assertEquals(List.of(), inFlight.overdue(4));
        assertEquals(List.of(third), inFlight.overdue(5));
        third.fail(new IllegalStateException());
        assertEquals(List.of(first), inFlight.overdue(20));
        assertEquals(List.of(first, second, third), inFlight.snapshot());
    }

    @Test
    void whatIsTakenIsInItNoMore() {
        inFlight.add(first);
        inFlight.add(second);
        assertTrue(inFlight.anyMatch(command -> command == second));
        CommandQueue taken = new CommandQueue();
        inFlight.moveTo(taken);
        assertEquals(2, taken.size());
        assertSame(first, taken.pollFirst());
        assertTrue(inFlight.isEmpty());
        assertFalse(inFlight.anyMatch(command -> true));

        inFlight.add(third);
        inFlight.removeOldest(System.nanoTime());
        assertTrue(inFlight.takeRoundTrip() >= 0, "The measured one was among those taken");
    }

    private static PendingCommand command(int number) {
        FakeCommand command = new FakeCommand(number);
        command.mayTakeForEver();
        return command;
    }
}
