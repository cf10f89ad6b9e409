package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.engine.client.Outstanding.Place;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandSpec;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.TransactionCollector;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.SimpleStringType;

/**
 * Sends the commands of one {@link LazyConnection}, in the order in which they come, to where they belong in its
 * {@linkplain DispatchState state}. May be called from any thread. No caller is told of anything while the lock is held.
 */
final class ConnectionDispatch implements Borrower {

    private final ClientParts parts;
    private final Context context;
    private final MessageStream messages;
    private final TransactionCollector transaction;
    private final Outstanding outstanding = new Outstanding();
    private final DispatchSteps steps;
    private final Runnable answersLater;
    private final OwnConnection own = new OwnConnection();
    private boolean closed;
    /** Whether a thread is passing on steps, and will find what others add. */
    private boolean passingOn;

    /** @param context where the connection was asked for @param messages takes what comes and is no reply */
    ConnectionDispatch(ClientParts parts, Context context, MessageStream messages) {
        this.parts = parts;
        this.context = context;
        this.messages = messages;
        this.transaction = new TransactionCollector(parts.bytes(), parts.failures(), parts.options().getMaxPending(),
                parts.transactions(), parts.topology().placesByKeys());
        this.steps = new DispatchSteps(parts, transaction);
        this.answersLater = () -> Guard.later(VertxAccess.eventLoop(context), () -> dueAnswers().run());
    }

    /** A report for {@link #submit}, which passes on to another one what it is told. */
    DispatchUse use(CommandReport report) {
        return new DispatchUse(this, outstanding, report);
    }

    /**
     * Keeps a part of a transaction, if there is nothing to wait for and nothing else to do.
     *
     * @return the answer to it; empty if it is to be submitted
     * @see TransactionCollector#keepAtOnce
     */
    synchronized Optional<Response> keep(CommandSpec spec, Request request, Route route, long size) {
        if (closed || !own.is(DispatchState.SHARED) || !outstanding.answersAtOnce()) {
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
        Optional<LentConnection> left;
        Runnable action;
        synchronized (this) {
            left = leave();
            action = take(command, use, requests, route, accepted);
        }
        left.ifPresent(LentConnection::release);
        action.run();
    }

    /** @return does what is to be done without the lock */
    private Runnable take(PendingCommand command, DispatchUse use, List<Request> requests, Route route, long accepted) {
        Optional<Throwable> end = closed ? Optional.of(parts.failures().connectionClosed()) : own.failure();
        if (end.isPresent()) {
            return failing(command, end.get());
        }
        boolean shared = own.is(DispatchState.SHARED);
        return switch (transaction.fateOf(requests, route)) {
            case PASSED -> shared && (route == Route.SHARED || route == Route.BLOCKING && parts.topology().placesByKeys())
                    ? share(command, use, requests, route, accepted)
                    : sendAlone(command, use, requests, accepted);
            case ASKED -> shared ? ask(command, use, requests) : askBeside(sendAlone(command, use, requests, accepted));
            case KEPT -> keep(command, use, requests);
            case EXECUTED -> shared ? execute(command, use) : executeAlone(command, use, requests, accepted);
            case DISCARDED -> shared ? discard(command, use) : sendAfterKept(command, use, requests, accepted);
            case SENT_AFTER -> sendAfterKept(command, use, requests, accepted);
        };
    }

    private static Runnable failing(PendingCommand command, Throwable cause) {
        return () -> command.fail(cause);
    }

    private Runnable share(PendingCommand command, DispatchUse use, List<Request> requests, Route route, long accepted) {
        use.begin(Place.LANE);
        return route == Route.SHARED ? () -> parts.topology().submit(context, command)
                : () -> parts.topology().runAlone(context, command, requests, accepted);
    }

    private Runnable ask(PendingCommand multi, DispatchUse use, List<Request> requests) {
        return transaction.keep(multi, requests).map(cause -> failing(multi, cause)).orElseGet(() -> {
            use.begin(Place.LANE);
            PendingCommand question = parts.transactions().question(() -> multi.onReply(SimpleStringType.OK),
                    cause -> onNotBegun(multi, cause));
            return () -> parts.topology().submit(context, question);
        });
    }

    /** There is no transaction: what was to be a part of it, and has not been sent, fails with its MULTI. */
    private void onNotBegun(PendingCommand multi, Throwable cause) {
        Runnable failing;
        synchronized (this) {
            transaction.end();
            failing = outstanding.fail(cause);
        }
        multi.fail(cause);
        failing.run();
    }

    private Runnable askBeside(Runnable send) {
        PendingCommand question = parts.transactions().question(Outstanding.NOTHING, cause -> {
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

    private Runnable execute(PendingCommand exec, DispatchUse use) {
        Optional<Throwable> problem = transaction.problem();
        if (problem.isPresent()) {
            transaction.end();
            return answer(exec, use, parts.failures().transactionBroken(problem.get()));
        }
        PendingCommand all = transaction.executedBy(exec);
        use.begin(Place.LANE);
        return () -> parts.topology().submit(context, all);
    }

    private Runnable discard(PendingCommand discard, DispatchUse use) {
        transaction.end();
        return answer(discard, use, SimpleStringType.OK);
    }

    private Runnable executeAlone(PendingCommand exec, DispatchUse use, List<Request> requests, long accepted) {
        if (transaction.problem().isPresent()) {
            return sendAfterKept(exec, use, requests, accepted);
        }
        return ifThereIsRoom(exec, () -> {
            steps.addExecution(exec, requests, accepted);
            use.begin(Place.DEDICATED);
            return this::passOn;
        });
    }

    private Runnable sendAfterKept(PendingCommand command, DispatchUse use, List<Request> requests, long accepted) {
        return ifThereIsRoom(command, () -> {
            List<Request> placing = transaction.placing(requests);
            DispatchUse kept = use(CommandReport.NONE);
            kept.begin(Place.DEDICATED);
            steps.addKept(kept, requests, accepted);
            return addStep(command, use, requests, accepted, placing);
        });
    }

    private Runnable sendAlone(PendingCommand command, DispatchUse use, List<Request> requests, long accepted) {
        return ifThereIsRoom(command, () -> addStep(command, use, requests, accepted, requests));
    }

    private Runnable ifThereIsRoom(PendingCommand command, Supplier<Runnable> action) {
        return steps.refusal(command, outstanding.onDedicated()).map(cause -> failing(command, cause)).orElseGet(action);
    }

    /** @param placing where there is no connection yet, it is one for these */
    private Runnable addStep(PendingCommand command, DispatchUse use, List<Request> requests, long accepted,
            List<Request> placing) {
        use.begin(Place.DEDICATED);
        steps.add(command, requests, accepted);
        if (!own.is(DispatchState.SHARED)) {
            return this::passOn;
        }
        own.promoting();
        return () -> promote(placing);
    }

    /** Answers a command from here, when its turn has come. */
    private Runnable answer(PendingCommand command, DispatchUse use, Response reply) {
        use.begin(Place.HERE);
        return outstanding.answer(command, reply, answersLater);
    }

    private synchronized Runnable dueAnswers() {
        return outstanding.due();
    }

    /** The next command may be for another server: gives up the connection to this one if nothing of the caller is on it. */
    private Optional<LentConnection> leave() {
        Optional<LentConnection> left = own.connection();
        if (!isIdle() || !parts.topology().placesByKeys() || left.filter(LentConnection::isClean).isEmpty()) {
            return Optional.empty();
        }
        becomeShared();
        return left;
    }

    private boolean isIdle() {
        return own.is(DispatchState.DEDICATED) && !closed && outstanding.onDedicated() == 0 && steps.isEmpty() && !passingOn;
    }

    private void becomeShared() {
        own.left();
        transaction.left();
    }

    /** A command has failed before it came here. A transaction must not be executed without it. */
    void partFailed(Throwable cause) {
        synchronized (this) {
            if (closed || transaction.partFailed(cause) || own.is(DispatchState.SHARED) || own.is(DispatchState.BROKEN)
                    || !steps.addFailure(cause)) {
                return;
            }
        }
        passOn();
    }

    private void promote(List<Request> requests) {
        parts.topology().lend(context, requests, this).onSuccess(this::onLent).onFailure(this::onEnd);
    }

    private void onLent(LentConnection connection) {
        synchronized (this) {
            own.lent(connection);
        }
        passOn();
    }

    /** Passes on what waits for the dedicated connection, if it is there; and gives that back if this was all. */
    private void passOn() {
        synchronized (this) {
            if (passingOn || own.connection().isEmpty()) {
                return;
            }
            passingOn = true;
        }
        for (Optional<Runnable> next = nextToPassOn(); next.isPresent(); next = nextToPassOn()) {
            next.get().run();
        }
    }

    /** Nothing if there is nothing left, or its time has not come. */
    private synchronized Optional<Runnable> nextToPassOn() {
        if (own.connection().isPresent() && outstanding.isLaneQuiet()) {
            LentConnection target = own.connection().get();
            Optional<DispatchStep> step = steps.poll();
            if (step.isPresent()) {
                return step.map(next -> () -> next.passTo(target));
            }
            own.passedOn();
            if (closed) {
                // It may be somebody else's as soon as it is given back.
                own.givenBack();
                return Optional.of(target::release);
            }
        }
        passingOn = false;
        return Optional.empty();
    }

    /** Takes nothing more, and gives back what is held when everything has been answered. */
    void close() {
        synchronized (this) {
            closed = true;
            transaction.end();
        }
        passOn();
    }

    /** A command on a lane or a dedicated connection has ended. @param before gives the answers that wait for that */
    void onEnded(Place place, Runnable before) {
        Runnable due;
        synchronized (this) {
            due = outstanding.end(place);
        }
        before.run();
        due.run();
        if (place == Place.LANE) {
            passOn();
        }
    }

    @Override
    public boolean expectsMessages() {
        return true;
    }

    @Override
    public void onMessage(Response message) {
        messages.add(message);
    }

    @Override
    public synchronized boolean givesUp() {
        boolean idle = isIdle();
        if (idle) {
            becomeShared();
        }
        return idle;
    }

    @Override
    public void onEnd(Throwable cause) {
        List<DispatchStep> failed;
        boolean unexpected;
        synchronized (this) {
            own.broken(cause);
            failed = steps.clear();
            transaction.end();
            transaction.left();
            unexpected = !closed;
        }
        failed.forEach(step -> step.fail(cause));
        if (unexpected) {
            messages.fail(cause);
            messages.end();
        }
    }
}
