package io.quarkiverse.redis.multiplexer.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.TransactionCollector;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;

/** What is passed on to a dedicated connection, by hand. */
class DispatchStepsTest {

    private static final long BUDGET = 2000;

    private final Vertx vertx = Vertx.vertx();
    private final FakeTopology topology = new FakeTopology(vertx);
    private final MultiplexerOptions options = new MultiplexerOptions().setMaxPending(3);
    private final PendingBytes bytes = PendingBytes.atMost(BUDGET);
    private final ClientParts parts = new ClientParts(vertx, options, bytes, topology,
            new PublishGate(options, topology.failures(), bytes));
    private final TransactionCollector transaction = new TransactionCollector(bytes, topology.failures(), 10,
            parts.transactions(), false);
    private final DispatchSteps steps = new DispatchSteps(parts, transaction);
    private final HandConnection connection = new HandConnection();
    private final List<Throwable> failed = new ArrayList<>();

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void theyArePassedOnInOrder() {
        assertTrue(steps.isEmpty());
        add("WATCH a");
        Throwable cause = new IllegalStateException("no arguments");
        assertTrue(steps.addFailure(cause));
        assertFalse(steps.addFailure(cause), "One is as bad as many");
        add("GET a");
        assertTrue(steps.addFailure(cause));
        passOn();
        assertEquals(List.of("watch", "failed: no arguments", "get", "failed: no arguments"), connection.asked);
        assertTrue(steps.isEmpty());
    }

    @Test
    void aTransactionIsPassedOnAsAWholeOrAsFarAsItHasCome() {
        keep("MULTI");
        keep("INCR a");
        PendingCommand exec = command("EXEC");
        assertEquals(Optional.empty(), steps.refusal(exec, 0));
        steps.addExecution(exec, Commands.requests("EXEC"), 0);
        keep("MULTI");
        transaction.partFailed(new IllegalStateException("no room"));
        steps.addKept(CommandReport.NONE, Commands.requests("EXEC"), 0);
        passOn();
        assertEquals(List.of("a transaction of 1 commands", "multi", "failed: no room"), connection.asked);
        connection.commands.forEach(command -> command.fail(new IllegalStateException("lost")));
        assertTrue(bytes.reserve(BUDGET));
    }

    @Test
    void thereIsRoomForSoManyAndSoMuch() {
        assertTrue(steps.refusal(command("GET a"), 3).orElseThrow().getMessage().contains("max-pending"));
        assertTrue(steps.refusal(command("SET a " + "x".repeat(2000)), 2).orElseThrow().getMessage()
                .contains("max-pending-bytes"));
        assertTrue(bytes.reserve(BUDGET));
    }

    @Test
    void whatIsNotAddedInTheEndGivesItsBytesBack() {
        PendingCommand command = command("SET a " + "x".repeat(1500));
        assertEquals(Optional.empty(), steps.refusal(command, 0));
        command.fail(new OutOfMemoryError("for the test"));
        assertTrue(bytes.reserve(BUDGET));
    }

    @Test
    void whatIsNotPassedOnCanBeFailed() {
        add("WATCH a");
        keep("MULTI");
        steps.clear().forEach(step -> step.fail(new IllegalStateException("lost")));
        assertEquals(1, failed.size());
        assertTrue(steps.isEmpty());
        assertTrue(bytes.reserve(BUDGET));
    }

    private void add(String request) {
        PendingCommand command = command(request);
        assertEquals(Optional.empty(), steps.refusal(command, 0));
        steps.add(command, Commands.requests(request), 0);
    }

    private void keep(String request) {
        List<Request> requests = Commands.requests(request);
        assertEquals(Optional.empty(), transaction.keep(command(request), requests));
    }

    private PendingCommand command(String request) {
        return new SingleCommand(Commands.request(request), Promise.promise(), new CommandReport() {
            @Override
            public void succeeded(Object reply) {
            }

            @Override
            public void failed(Throwable cause) {
                failed.add(cause);
            }
        });
    }

    private void passOn() {
        for (Optional<DispatchStep> next = steps.poll(); next.isPresent(); next = steps.poll()) {
            next.get().passTo(connection);
        }
    }
}
