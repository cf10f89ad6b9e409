package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Answer;
import io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Place;
import io.quarkiverse.redis.multiplexer.engine.command.BlockingTime;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandSpec;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.TransactionCollector;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.topology.TimeLimit;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/**
 * Sends the commands of one {@link LazyConnection}, in the order in which they come, to where they belong in its
 * {@linkplain DispatchState state}. May be called from any thread. No caller is told of anything while the lock is held.
 */
final class ConnectionDispatch {

    private final ClientParts parts;
    private final Context context;
    private final TransactionCollector transaction;
    private final Outstanding outstanding = new Outstanding();
    private final DispatchSteps steps;
    private final Runnable answersLater;
    private final OwnConnection own = new OwnConnection();
    private final Gap gap = new Gap();
    private final PassingOn passingOn;
    /** The limits of what runs alone. Few connections have any. */
    private Map<DispatchUse, TimeLimit> alone = Map.of();
    /** Whether it is planned to look for answers that have waited for too long. */
    private boolean watching;

    /** @param messages given what comes and is no reply @param lost told why there is no dedicated connection any more */
    ConnectionDispatch(ClientParts parts, Context context, Consumer<Response> messages, Consumer<Throwable> lost) {
        this.parts = parts;
        this.context = context;
        this.transaction = new TransactionCollector(parts.bytes(), parts.failures(), parts.options().getMaxPending(),
                parts.transactions(), parts.topology().placesByKeys());
        this.steps = new DispatchSteps(parts, transaction);
        this.passingOn = new PassingOn(parts, context, messages, lost, outstanding, steps, own, this);
        this.answersLater = () -> Guard.later(VertxAccess.eventLoop(context), () -> dueAnswers().run());
    }

    /** A report for {@link #submit} of these requests, which passes on to another one what it is told. */
    DispatchUse use(List<Request> requests, CommandReport report) {
        return new DispatchUse(this, outstanding, requests, report);
    }

    /**
     * Keeps a part of a transaction, if there is nothing to wait for and nothing else to do.
     *
     * @return the answer to it; empty if it is to be submitted
     * @see TransactionCollector#keepAtOnce
     */
    synchronized Optional<Response> keep(CommandSpec spec, Request request, Route route, long size) {
        if (own.isClosed() || gap.isThere() || !own.is(DispatchState.SHARED) || !outstanding.answersAtOnce()) {
            return Optional.empty();
        }
        Optional<Response> answer = transaction.keepAtOnce(spec, request, route, size);
        if (answer.isPresent()) {
            outstanding.answered();
        }
        return answer;
    }

    /** Takes a command, or fails it at once. @param accepted when, on the clock of {@link System#nanoTime()} */
    void submit(PendingCommand command, DispatchUse use, List<Request> requests, Route route, long accepted) {
        Optional<LentConnection> left = Optional.empty();
        Runnable action;
        try {
            synchronized (this) {
                left = passingOn.leave();
                action = takeWhole(command, use, requests, route, accepted);
                watchAnswers();
            }
        } finally {
            left.ifPresent(LentConnection::release);
        }
        action.run();
    }

    /** Without memory for all of it, a part may have been done. What comes behind must not be taken for the rest. */
    private Runnable takeWhole(PendingCommand command, DispatchUse use, List<Request> requests, Route route, long accepted) {
        try {
            return take(command, use, requests, route, accepted);
        } catch (Throwable e) {
            if (route == Route.CONNECTION_STATE || route == Route.TRANSACTION || transaction.isOpen()) {
                gap.beginForGood(e);
            }
            throw e;
        }
    }

    /** @return does what is to be done without the lock */
    private Runnable take(PendingCommand command, DispatchUse use, List<Request> requests, Route route, long accepted) {
        Optional<Throwable> failure = failureOf(requests);
        if (failure.isPresent()) {
            return failing(command, failure.get());
        }
        boolean shared = own.is(DispatchState.SHARED);
        return switch (transaction.fateOf(requests, route)) {
            case PASSED -> shared && (route == Route.SHARED || route == Route.BLOCKING && parts.topology().placesByKeys())
                    ? share(command, use, requests, route, accepted)
                    : sendOnOwn(command, use, requests, accepted);
            case ASKED -> shared ? ask(command, use, requests) : askBeside(sendOnOwn(command, use, requests, accepted));
            case KEPT -> keep(command, use, requests);
            case EXECUTED ->
                shared ? execute(command, use, requests, accepted) : executeOnOwn(command, use, requests, accepted);
            case DISCARDED -> shared ? discard(command, use) : sendAfterKept(command, use, requests, accepted);
            case SENT_AFTER -> sendAfterKept(command, use, requests, accepted);
        };
    }

    /** Why nothing can be done with the requests, if that is so. */
    private Optional<Throwable> failureOf(List<Request> requests) {
        if (own.isClosed()) {
            return Optional.of(parts.failures().connectionClosed());
        }
        return own.failure().isPresent() ? own.failure() : gap.failureOf(requests, parts.failures());
    }

    private static Runnable failing(PendingCommand command, Throwable cause) {
        return () -> command.fail(cause);
    }

    private Runnable share(PendingCommand command, DispatchUse use, List<Request> requests, Route route, long accepted) {
        if (route == Route.SHARED || command.runsElsewhere()) {
            use.begin(Place.LANE);
            return () -> parts.topology().submit(context, command);
        }
        TimeLimit limit = new TimeLimit();
        if (alone.isEmpty()) {
            alone = new HashMap<>();
        }
        alone.put(use, limit);
        use.begin(Place.ALONE);
        return () -> parts.topology().runAlone(context, command, requests, accepted, limit);
    }

    private Runnable ask(PendingCommand multi, DispatchUse use, List<Request> requests) {
        return transaction.keep(multi, requests).map(cause -> failing(multi, cause)).orElseGet(() -> {
            use.begin(Place.LANE);
            PendingCommand question = parts.transactions().question(() -> multi.onReply(SimpleStringType.OK),
                    refusal -> onRefused(multi, refusal));
            return () -> parts.topology().submit(context, question);
        });
    }

    /** There is no transaction: what was to be a part of it fails with its MULTI, unless it is on its way to the server. */
    private void onRefused(PendingCommand multi, ErrorType refusal) {
        Runnable others = Outstanding.NOTHING;
        synchronized (this) {
            if (!transaction.isSent(multi)) {
                transaction.end();
                others = outstanding.fail(refusal);
            }
        }
        multi.fail(refusal);
        others.run();
    }

    private Runnable askBeside(Runnable send) {
        PendingCommand question = parts.transactions().question(Outstanding.NOTHING, refusal -> {
        });
        return () -> {
            send.run();
            parts.topology().submit(context, question);
        };
    }

    private Runnable keep(PendingCommand command, DispatchUse use, List<Request> requests) {
        Response answer = transaction.answerTo(requests);
        return transaction.keep(command, requests).map(cause -> failing(command, cause))
                .orElseGet(() -> answer(command, use, answer));
    }

    private Runnable execute(PendingCommand exec, DispatchUse use, List<Request> requests, long accepted) {
        Optional<Throwable> problem = transaction.problem();
        if (problem.isPresent()) {
            transaction.end();
            return answer(exec, use, parts.failures().transactionBroken(problem.get()));
        }
        if (transaction.isOversized()) {
            return sendAfterKept(exec, use, requests, accepted);
        }
        PendingCommand all = transaction.executedBy(exec);
        use.begin(Place.LANE);
        return () -> parts.topology().submit(context, all);
    }

    private Runnable discard(PendingCommand discard, DispatchUse use) {
        transaction.end();
        return answer(discard, use, SimpleStringType.OK);
    }

    private Runnable executeOnOwn(PendingCommand exec, DispatchUse use, List<Request> requests, long accepted) {
        if (transaction.problem().isPresent()) {
            return sendAfterKept(exec, use, requests, accepted);
        }
        return ifThereIsRoom(exec, () -> {
            steps.addExecution(exec, requests, accepted);
            use.begin(Place.DEDICATED);
            return passingOn::run;
        });
    }

    private Runnable sendAfterKept(PendingCommand command, DispatchUse use, List<Request> requests, long accepted) {
        return ifThereIsRoom(command, () -> {
            List<Request> placing = transaction.placing(requests);
            DispatchUse kept = use(List.of(), CommandReport.NONE);
            steps.addKept(kept, requests, accepted);
            kept.begin(Place.DEDICATED);
            return addStep(command, use, requests, accepted, placing);
        });
    }

    private Runnable sendOnOwn(PendingCommand command, DispatchUse use, List<Request> requests, long accepted) {
        return ifThereIsRoom(command, () -> addStep(command, use, requests, accepted, requests));
    }

    private Runnable ifThereIsRoom(PendingCommand command, Supplier<Runnable> action) {
        return steps.refusal(command, outstanding.onDedicated()).map(cause -> failing(command, cause)).orElseGet(action);
    }

    /** @param placing where there is no connection yet, it is one for these */
    private Runnable addStep(PendingCommand command, DispatchUse use, List<Request> requests, long accepted,
            List<Request> placing) {
        use.begin(BlockingTime.of(requests).length() == BlockingTime.Length.FOR_EVER ? Place.ENDLESS : Place.DEDICATED);
        steps.add(command.encoded(), requests, accepted);
        return own.is(DispatchState.SHARED) ? passingOn.promote(placing) : passingOn::run;
    }

    /** Answers a command from here, when its turn has come. */
    private Runnable answer(PendingCommand command, DispatchUse use, Response reply) {
        use.begin(Place.HERE);
        return outstanding.answer(command, reply, soon(), answersLater);
    }

    /** The moment when an ordinary command that came now would be overdue. */
    private long soon() {
        return System.nanoTime() + parts.options().getCommandTimeout().toNanos();
    }

    private synchronized Runnable dueAnswers() {
        return outstanding.due();
    }

    /** Called with the lock. One timer at most: a command behind one that may take for ever has its deadline all the same. */
    private void watchAnswers() {
        if (!watching) {
            outstanding.earliest().ifPresent(this::expireAnswersAt);
        }
    }

    private void expireAnswersAt(long moment) {
        try {
            VertxAccess.eventLoop(context).schedule(this::expireAnswers, moment - System.nanoTime(), TimeUnit.NANOSECONDS);
            watching = true;
        } catch (Throwable e) {
            // The event loop is gone, or there is no memory for a timer: the next command tries again.
            return;
        }
    }

    /** As a server does it, which is busy: it gets to the commands, but too late. */
    private void expireAnswers() {
        List<PendingCommand> overdue;
        synchronized (this) {
            watching = false;
            overdue = outstanding.overdue(System.nanoTime());
            watchAnswers();
        }
        overdue.forEach(command -> {
            command.markSent();
            command.fail(parts.failures().timedOut(command, null));
        });
    }

    /** Requests were let in, and have failed. What comes behind them must not be executed as if they had been taken. */
    void failed(List<Request> requests, Throwable cause) {
        synchronized (this) {
            if (own.failure().isEmpty() && !transaction.isOpen()) {
                gap.begin(requests, cause);
            }
        }
        partFailed(cause);
    }

    /** A command has failed before it came here. A transaction must not be executed without it. */
    void partFailed(Throwable cause) {
        synchronized (this) {
            if (own.isClosed() || transaction.partFailed(cause) || own.is(DispatchState.SHARED) || own.is(DispatchState.BROKEN)
                    || !steps.addFailure(cause)) {
                return;
            }
        }
        passingOn.run();
    }

    /** Takes nothing more, and gives back what is held when everything has been answered. */
    void close() {
        List<TimeLimit> limits;
        synchronized (this) {
            own.close();
            transaction.end();
            limits = List.copyOf(alone.values());
        }
        try {
            limits.forEach(limit -> limit.set(soon()));
        } finally {
            passingOn.run();
        }
    }

    /** A command on a lane or a dedicated connection has ended. @param before the answers that wait for that */
    void onEnded(Place place, List<Answer> before) {
        Runnable due;
        synchronized (this) {
            due = outstanding.end(place, before);
        }
        due.run();
        if (place == Place.LANE) {
            passingOn.run();
        }
    }

    /** A command that has run alone has ended. */
    synchronized void onEndedAlone(DispatchUse use) {
        alone.remove(use);
    }
}
