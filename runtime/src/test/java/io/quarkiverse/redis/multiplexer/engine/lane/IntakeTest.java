package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;
import io.vertx.core.Promise;

/** The way into a lane that is the test. */
class IntakeTest implements Intake.Owner {

    private final MultiplexerOptions options = new MultiplexerOptions().setMaxPending(3)
            .setCommandTimeout(Duration.ofSeconds(7));
    private final LoopBench bench = new LoopBench(options);
    private final LaneMetrics figures = new LaneMetrics();
    private final PendingBytes bytes = PendingBytes.atMost(2000);
    private final Intake intake = new Intake(bench.loop, this, options, bench.failures, figures, bytes);
    private final List<PendingCommand> accepted = new ArrayList<>();
    private int drained;
    private boolean ending;
    private boolean noMemory;

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    @Override
    public boolean isEnding() {
        return ending;
    }

    @Override
    public int pendingOnLoop() {
        return accepted.size();
    }

    @Override
    public void accept(PendingCommand command) {
        if (noMemory) {
            throw new OutOfMemoryError("on purpose");
        }
        accepted.add(command);
    }

    @Override
    public void onDrained(long now, long waitedNanos) {
        drained++;
    }

    @Test
    void whatComesInATurnIsAcceptedInOrderAndDrainedOnce() throws Exception {
        List<Sent> sent = sendOnLoop("GET a", "GET b");
        assertEquals(sent.stream().map(Sent::command).toList(), accepted);
        assertEquals(1, drained);
        assertTrue(accepted.get(0).order < accepted.get(1).order);
        assertEquals(Duration.ofSeconds(7).toNanos(), accepted.get(0).deadline() - System.nanoTime(), 5e9);
    }

    @Test
    void whatAnotherThreadSentFirstIsAcceptedFirst() throws Exception {
        Sent first = LoopBench.command("GET a");
        Sent second = LoopBench.command("GET b");
        bench.run(() -> {
            Thread other = new Thread(() -> intake.submit(first.command()));
            other.start();
            join(other);
            intake.submit(second.command());
        });
        assertEquals(List.of(first.command(), second.command()), accepted);
    }

    @Test
    void moreThanMayBePendingIsRejected() throws Exception {
        List<Sent> sent = sendOnLoop("GET a", "GET b", "GET c", "GET d");
        assertEquals(3, accepted.size());
        assertInstanceOf(BacklogFullException.class, sent.get(3).failure());
        figures.pending(3, 0);
        Sent other = LoopBench.command("GET e");
        intake.submit(other.command());
        assertInstanceOf(BacklogFullException.class, other.failure());
        assertEquals(2, figures.status(0, 0, ConnectionStatus.UNUSED).failures().refused());
    }

    @Test
    void whatIsCompletedMakesRoomForAsManyAndNotForOneMore() throws Exception {
        for (int completed = 0; completed <= 3; completed++) {
            List<PendingCommand> oldest = accepted.subList(0, completed);
            oldest.forEach(command -> command.fail(new IllegalStateException("on purpose")));
            oldest.clear();
            int before = accepted.size();
            List<Sent> sent = sendOnLoop("GET a", "GET b", "GET c", "GET d");
            assertEquals(3, accepted.size());
            assertEquals(sent.subList(0, 3 - before).stream().map(Sent::command).toList(), accepted.subList(before, 3));
            for (Sent refused : sent.subList(3 - before, 4)) {
                assertInstanceOf(BacklogFullException.class, refused.failure());
            }
        }
    }

    @Test
    void moreBytesThanMayBePendingAreRejectedAndGivenBackWhenTheirCommandsEnd() throws Exception {
        String large = "SET a " + "x".repeat(1000);
        List<Sent> sent = sendOnLoop(large, large);
        assertEquals(1, accepted.size());
        assertInstanceOf(BacklogFullException.class, sent.get(1).failure());
        bench.run(() -> accepted.remove(0).fail(new IllegalStateException("over")));
        bench.run(intake::releaseSpareBytes);
        assertFalse(sendOnLoop(large).get(0).isComplete());
        assertEquals(1, accepted.size());
    }

    /** Or nobody could be asked who has taken the place of a server that callers wait for. */
    @Test
    void theClientsOwnQuestionsAreLetInHoweverMuchIsPendingAndAreNotCounted() throws Exception {
        sendOnLoop("SET a " + "x".repeat(1200), "GET b", "GET c");
        figures.pending(accepted.size(), 0);
        assertEquals(2, accepted.size());
        accepted.add(LoopBench.command("GET d").command());
        figures.pending(3, 0);
        assertInstanceOf(BacklogFullException.class, sendOnLoop("GET e").get(0).failure());

        SingleCommand onLoop = SingleCommand.ownQuestion(Commands.request("CLUSTER SLOTS"), Promise.promise());
        SingleCommand fromThread = SingleCommand.ownQuestion(Commands.request("CLUSTER SLOTS"), Promise.promise());
        SingleCommand passedOn = SingleCommand.ownQuestion(Commands.request("CLUSTER SLOTS"), Promise.promise());
        bench.run(() -> intake.submit(onLoop));
        intake.submit(fromThread);
        bench.run(() -> intake.take(passedOn));
        assertEquals(List.of(onLoop, fromThread, passedOn), accepted.subList(3, accepted.size()));

        bench.run(() -> {
            accepted.forEach(command -> command.fail(new IllegalStateException("over")));
            intake.releaseSpareBytes();
        });
        assertTrue(bytes.reserve(2000));
        assertFalse(bytes.reserve(1));
    }

    @Test
    void nothingIsAcceptedAfterTheEndAndWhatIsUnderWayIs() throws Exception {
        Sent underWay = LoopBench.command("GET a");
        bench.run(() -> {
            Thread other = new Thread(() -> intake.submit(underWay.command()));
            other.start();
            join(other);
            intake.close();
            ending = true;
        });
        assertEquals(List.of(underWay.command()), accepted);
        assertInstanceOf(ConnectionLostException.class, sendOnLoop("GET b").get(0).failure());
        Sent late = LoopBench.command("GET c");
        intake.submit(late.command());
        assertInstanceOf(ConnectionLostException.class, late.failure());
    }

    @Test
    void withoutMemoryForItACommandFailsAndNothingIsThrown() throws Exception {
        noMemory = true;
        assertTrue(sendOnLoop("GET a").get(0).failure().getMessage().contains("GET".toLowerCase()));
        Sent other = LoopBench.command("GET b");
        intake.submit(other.command());
        bench.run(() -> {
        });
        assertTrue(other.isComplete());
    }

    @Test
    void withoutMemoryForTheFailureEitherNothingIsLeftBehind() throws Exception {
        noMemory = true;
        FakeCommand unnamed = new FakeCommand(1);
        unnamed.unnamed = Optional.of(new OutOfMemoryError("by hand"));
        intake.submit(unnamed);
        bench.run(() -> {
        });
        assertEquals(1, unnamed.taken.get());
        assertEquals(0, intake.arriving());
    }

    private List<Sent> sendOnLoop(String... commands) throws Exception {
        List<Sent> sent = List.of(commands).stream().map(LoopBench::command).toList();
        bench.run(() -> sent.forEach(one -> intake.submit(one.command())));
        return sent;
    }

    private static void join(Thread thread) {
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
