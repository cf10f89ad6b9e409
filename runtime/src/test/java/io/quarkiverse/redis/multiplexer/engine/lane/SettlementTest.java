package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link Settlement}: what is sent again, and what fails by what. */
class SettlementTest {

    private final LoopBench bench = new LoopBench(new MultiplexerOptions());
    private final LaneMetrics figures = new LaneMetrics();
    private final CommandQueue backlog = new CommandQueue();
    private final Settlement settlement = settlement(new MultiplexerOptions());
    private final Throwable cause = new IllegalStateException("the reason");
    private int order;

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    private Settlement settlement(MultiplexerOptions options) {
        return new Settlement(bench.loop, backlog, options, bench.failures, figures);
    }

    @Test
    void readsAndWhatWasNotSentGoBeforeWhatWaits() throws Exception {
        Sent read = command("GET a", true);
        Sent write = command("SET b 1", true);
        Sent unsent = command("GET c", false);
        backlog.addLast(command("GET d", false).command());
        bench.run(() -> settlement.settle(queue(read, write, unsent), false, cause));
        assertEquals(List.of("get a", "get c", "get d"), waiting());
        assertInstanceOf(ConnectionLostException.class, write.failure());
        assertTrue(((CommandFailure) write.failure()).sent());
        assertEquals(1, figures.status(0, 0, ConnectionStatus.UNUSED).failures().lost());
    }

    @Test
    void anUnsentWriteIsNotSentBehindOneThatMayHaveBeenExecuted() throws Exception {
        Sent unsent = command("SET a 1", false);
        Sent sent = command("SET b 1", true);
        bench.run(() -> settlement.settle(queue(unsent, sent), false, cause));
        assertEquals(List.of(), waiting());
        assertFalse(((CommandFailure) unsent.failure()).sent());
        assertTrue(((CommandFailure) sent.failure()).sent());
    }

    @Test
    void whatIsSentIsNotSentAgainAtTheEndNorWhereThatIsNotWanted() throws Exception {
        Sent atTheEnd = command("GET a", true);
        bench.run(() -> settlement.settle(queue(atTheEnd), true, cause));
        Sent unwanted = command("GET a", true);
        bench.run(() -> settlement(new MultiplexerOptions().setRetryReadOnly(false)).settle(queue(unwanted), false, cause));
        assertTrue(atTheEnd.isComplete() && unwanted.isComplete());
        assertEquals(0, backlog.size());
    }

    @Test
    void whatWasRefusedIsSentAgainUnlessItHasBeenOvertaken() throws Exception {
        RefusedCommands refused = new RefusedCommands();
        Sent overtaken = command("SET a 1", true);
        Sent executed = command("SET b 1", true);
        Sent again = command("SET c 1", true);
        refused.add(overtaken.command(), ErrorType.create("BUSY"), () -> List.of(executed.command(), again.command()));
        refused.add(again.command(), ErrorType.create("BUSY"), List::of);
        bench.run(() -> settlement.settle(queue(), refused, false, cause));
        assertEquals(List.of("set c 1"), waiting());
        assertTrue(overtaken.isComplete());
        assertFalse(refused.isHolding());
    }

    @Test
    void callersWaitUnlessTheyDoNotWantToOrItIsOfNoUse() throws Exception {
        Sent waiting = command("GET a", false);
        backlog.addLast(waiting.command());
        bench.run(() -> settlement.failUnlessWaitingHelps(cause));
        assertFalse(waiting.isComplete());
        bench.run(() -> settlement(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST))
                .failUnlessWaitingHelps(cause));
        assertSame(cause, waiting.failure());
        assertEquals(1, figures.status(0, 0, ConnectionStatus.UNUSED).failures().unavailable());
    }

    @Test
    void whatIsOverdueFailsByWhyItWasNotSent() throws Exception {
        Sent overdue = command("GET a", false);
        Sent connected = command("GET b", false);
        Sent inTime = command("GET c", false);
        overdue.command().mustEndBy(10);
        connected.command().mustEndBy(20);
        inTime.command().mustEndBy(30);
        CommandQueue unsent = queue(overdue, connected, inTime);
        bench.run(() -> settlement.expire(unsent, 10, cause));
        bench.run(() -> settlement.expire(unsent, 20, null));
        assertSame(cause, overdue.failure().getCause());
        assertInstanceOf(CommandTimeoutException.class, connected.failure());
        assertFalse(inTime.isComplete());
        assertEquals(2, figures.status(0, 0, ConnectionStatus.UNUSED).failures().timeouts());
    }

    @Test
    void theEndFailsWhatWaits() throws Exception {
        Sent waiting = command("GET a", false);
        backlog.addLast(waiting.command());
        bench.run(settlement::stop);
        assertInstanceOf(ConnectionLostException.class, waiting.failure());
    }

    @Test
    void withoutMemoryForTheFailureOfOneTheOthersFailAllTheSame() throws Exception {
        FakeCommand unnamed = fake(1);
        unnamed.unnamed = Optional.of(new OutOfMemoryError("by hand"));
        FakeCommand other = fake(2);
        CommandQueue lost = new CommandQueue();
        lost.addLast(unnamed);
        lost.addLast(other);
        bench.run(() -> settlement.fail(lost, cause));
        assertEquals(List.of(1, 1), List.of(unnamed.taken.get(), other.taken.get()));
    }

    @Test
    void withoutMemoryToLookAtTheKeysOfOneAllFail() throws Exception {
        FakeCommand executed = fake(1);
        executed.markSent();
        FakeCommand refused = fake(2);
        RefusedCommands kept = new RefusedCommands();
        kept.add(refused, ErrorType.create("BUSY"), List::of);
        Sent read = command("GET a", true);
        CommandQueue inFlight = queue(read);
        inFlight.addLast(executed);
        bench.run(() -> settlement.settle(inFlight, kept, false, cause));
        assertEquals(List.of(1, 1), List.of(executed.taken.get(), refused.taken.get()));
        assertInstanceOf(ConnectionLostException.class, read.failure());
        assertEquals(List.of(), waiting());
    }

    private FakeCommand fake(int number) {
        FakeCommand command = new FakeCommand(number);
        command.mayTakeForEver();
        command.order = ++order;
        return command;
    }

    @Test
    void whoIsToldMaySendAgain() throws Exception {
        Sent waiting = command("GET a", false);
        Sent again = command("GET b", false);
        waiting.promise().future().onComplete(told -> backlog.addLast(again.command()));
        backlog.addLast(waiting.command());
        bench.run(() -> {
            settlement.stop();
            assertFalse(waiting.isComplete(), "Not from within");
        });
        assertEquals(List.of("get b"), waiting());
    }

    private Sent command(String words, boolean sent) {
        Sent command = LoopBench.command(words);
        command.command().mayTakeForEver();
        command.command().order = ++order;
        if (sent) {
            command.command().markSent();
        }
        return command;
    }

    private static CommandQueue queue(Sent... commands) {
        CommandQueue queue = new CommandQueue();
        List.of(commands).forEach(one -> queue.addLast(one.command()));
        return queue;
    }

    private List<String> waiting() {
        List<String> names = new ArrayList<>();
        backlog.forEach(command -> names.add(text(command)));
        return names;
    }

    private static String text(PendingCommand command) {
        String[] lines = new String(command.part(0)).split("\r\n");
        List<String> words = new ArrayList<>();
        for (int line = 2; line < lines.length; line += 2) {
            words.add(lines[line]);
        }
        return String.join(" ", words);
    }
}
