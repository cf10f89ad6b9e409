package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.TransactionCollector;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * What waits to be passed on to the dedicated connection of a {@link ConnectionDispatch}, in order.
 * <p>
 * Not thread-safe.
 */
final class DispatchSteps {

    private static final List<Request> MULTI = List.of(Request.cmd(Command.MULTI));

    private final ClientParts parts;
    private final TransactionCollector transaction;
    /** Small: few connections have any. */
    private final Queue<DispatchStep> steps = new ArrayDeque<>(0);
    /** Whether a failure has come since the last command: one is as bad as many. */
    private boolean failureNoted;

    DispatchSteps(ClientParts parts, TransactionCollector transaction) {
        this.parts = parts;
        this.transaction = transaction;
    }

    /**
     * Looks whether there is room for one more, and reserves its bytes, which it gives back when it is complete.
     *
     * @param unanswered how many have been added, and have not been answered
     * @return why there is none
     */
    Optional<Throwable> refusal(PendingCommand command, int unanswered) {
        if (unanswered >= parts.options().getMaxPending()) {
            return Optional.of(parts.failures().connectionFull(command));
        }
        if (!parts.bytes().reserve(command.bytes())) {
            return Optional.of(parts.failures().tooManyBytes(command));
        }
        command.encoded().countIn(parts.bytes());
        return Optional.empty();
    }

    /** Adds a command whose bytes have been reserved. @param accepted when, on the clock of {@link System#nanoTime()} */
    void add(PendingCommand command, List<Request> requests, long accepted) {
        failureNoted = false;
        steps.add(DispatchStep.of(transaction.sent(command, requests), CommandTraits.of(requests),
                patience(requests, accepted)));
    }

    /** Adds the transaction that is kept, with its EXEC, whose bytes have been reserved. */
    void addExecution(PendingCommand exec, List<Request> requests, long accepted) {
        failureNoted = false;
        PendingCommand all = transaction.countedAndExecutedBy(exec);
        exec.countIn(PendingBytes.UNCOUNTED);
        steps.add(DispatchStep.of(all, TransactionCollector.TRAITS, patience(requests, accepted)));
    }

    /**
     * Adds what is kept of a transaction that goes on on the server.
     *
     * @param report told of the end of that
     * @param next what is added then
     */
    void addKept(CommandReport report, List<Request> next, long accepted) {
        Optional<Throwable> problem = transaction.problem();
        steps.add(DispatchStep.of(transaction.sentSoFar(report, next), CommandTraits.of(MULTI), patience(MULTI, accepted)));
        problem.ifPresent(cause -> steps.add(DispatchStep.of(cause)));
    }

    private Patience patience(List<Request> requests, long accepted) {
        return Patience.with(requests, parts.options(), accepted);
    }

    /** A command has failed that should have been added. @return whether that is news */
    boolean addFailure(Throwable cause) {
        if (failureNoted) {
            return false;
        }
        failureNoted = true;
        steps.add(DispatchStep.of(cause));
        return true;
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    Optional<DispatchStep> poll() {
        return Optional.ofNullable(steps.poll());
    }

    /** The connection that they were passed on to is not used any more, and no transaction is on it. */
    void left() {
        transaction.left();
    }

    /** There will be no connection to pass them on to. The transaction is forgotten. @return all of them */
    List<DispatchStep> clear() {
        List<DispatchStep> all = List.copyOf(steps);
        steps.clear();
        transaction.end();
        transaction.left();
        return all;
    }
}
