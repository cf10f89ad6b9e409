package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
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
    private final Queue<DispatchStep> steps = new ArrayDeque<>();
    private DispatchState state = DispatchState.SHARED;
    private boolean closed;
    /** How many commands are on the lane and have not been answered. */
    private int onLane;
    /** How many others have not been answered. */
    private int pending;
    /** Whether a failure has come since the last command: one is as bad as many. */
    private boolean failureNoted;
    /**
     * Whether it is {@link DispatchState#PROMOTING} for a MULTI only, which goes to wherever the first command after it does.
     */
    private boolean unplaced;
    /** Whether a thread is passing on steps, and will find what others add. */
    private boolean passingOn;
    private Optional<LentConnection> dedicated = Optional.empty();
    /** Why it is {@link DispatchState#BROKEN}. */
    private Optional<Throwable> failure = Optional.empty();

    /**
     * @param context where the connection was asked for
     * @param messages takes what comes and is no reply
     */
    ConnectionDispatch(ClientParts parts, Context context, MessageStream messages) {
        this.parts = parts;
        this.context = context;
        this.messages = messages;
    }

    /** A report for {@link #submit}, which passes on to another one what it is told. */
    Use use(CommandReport report) {
        return new Use(report);
    }

    /** Takes a command, or fails it at once. @param accepted when, on the clock of {@link System#nanoTime()} */
    void submit(PendingCommand command, Use use, List<Request> requests, Route route, long accepted) {
        boolean shared;
        boolean promotes = false;
        boolean deferred = false;
        Optional<Throwable> refusal;
        Optional<LentConnection> left;
        synchronized (this) {
            left = leave();
            shared = state == DispatchState.SHARED
                    && (route == Route.SHARED || route == Route.BLOCKING && parts.topology().placesByKeys());
            refusal = refusal(command, shared);
            if (refusal.isEmpty() && shared) {
                use.begin(Use.Place.LANE);
                onLane++;
            } else if (refusal.isEmpty()) {
                command.countIn(parts.bytes());
                use.begin(Use.Place.DEDICATED);
                pending++;
                failureNoted = false;
                deferred = state == DispatchState.SHARED && parts.topology().placesByKeys() && isMulti(requests);
                promotes = state == DispatchState.SHARED && !deferred || unplaced;
                if (state == DispatchState.SHARED) {
                    become(DispatchState.PROMOTING);
                }
                if (deferred) {
                    unplaced = true;
                } else {
                    place(accepted);
                    steps.add(step(command, requests, accepted));
                }
            }
        }
        left.ifPresent(LentConnection::release);
        if (refusal.isPresent()) {
            command.fail(refusal.get());
        } else if (shared && route == Route.SHARED) {
            parts.topology().submit(context, command);
        } else if (shared) {
            parts.topology().runAlone(context, command, requests, accepted);
        } else if (deferred) {
            command.onReply(SimpleStringType.OK);
        } else if (promotes) {
            promote(requests);
        } else {
            passOn();
        }
    }

    /** The next command may be for another server: gives up the connection to this one if nothing of the caller is on it. */
    private Optional<LentConnection> leave() {
        if (!isIdle() || !parts.topology().placesByKeys() || dedicated.filter(LentConnection::isClean).isEmpty()) {
            return Optional.empty();
        }
        Optional<LentConnection> left = dedicated;
        become(DispatchState.SHARED);
        dedicated = Optional.empty();
        return left;
    }

    private boolean isIdle() {
        return state == DispatchState.DEDICATED && !closed && pending == 0 && steps.isEmpty() && !passingOn;
    }

    private static boolean isMulti(List<Request> requests) {
        return requests.size() == 1 && requests.get(0).command().equals(Command.MULTI);
    }

    /** The MULTI that has been answered already is sent before what comes now, and in its time. */
    private void place(long accepted) {
        if (unplaced) {
            unplaced = false;
            List<Request> multi = List.of(Request.cmd(Command.MULTI));
            Use use = use(CommandReport.NONE);
            steps.add(step(new SingleCommand(multi.get(0), Promise.promise(), use), multi, accepted));
            use.begin(Use.Place.DEDICATED);
            pending++;
        }
    }

    private DispatchStep step(PendingCommand command, List<Request> requests, long accepted) {
        return DispatchStep.of(command, CommandTraits.of(requests),
                Patience.with(requests, parts.options(), accepted));
    }

    /** Why the command is not accepted. If it is, and not shared, its bytes have been reserved. */
    private Optional<Throwable> refusal(PendingCommand command, boolean shared) {
        if (closed) {
            return Optional.of(parts.failures().connectionClosed());
        }
        if (shared || failure.isPresent()) {
            return failure;
        }
        if (pending >= parts.options().getMaxPending()) {
            return Optional.of(parts.failures().connectionFull(command));
        }
        return parts.bytes().reserve(command.bytes()) ? Optional.empty()
                : Optional.of(parts.failures().tooManyBytes(command));
    }

    private void become(DispatchState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A connection cannot go from " + state + " to " + next);
        }
        state = next;
    }

    /** A command has failed before it came here. A transaction must not be executed without it. */
    void partFailed(Throwable cause) {
        boolean promotes;
        synchronized (this) {
            if (closed || failureNoted || state == DispatchState.SHARED || state == DispatchState.BROKEN) {
                return;
            }
            failureNoted = true;
            promotes = unplaced;
            place(System.nanoTime());
            steps.add(DispatchStep.of(cause));
        }
        if (promotes) {
            promote(List.of(Request.cmd(Command.MULTI)));
        } else {
            passOn();
        }
    }

    private void promote(List<Request> requests) {
        parts.topology().lend(context, requests, this).onComplete(result -> {
            if (result.succeeded()) {
                onLent(result.result());
            } else {
                onEnd(result.cause());
            }
        });
    }

    private void onLent(LentConnection connection) {
        synchronized (this) {
            if (state == DispatchState.PROMOTING) {
                dedicated = Optional.of(connection);
            }
        }
        passOn();
    }

    /** Passes on what waits for the dedicated connection, if it is there; and gives that back if this was all. */
    private void passOn() {
        synchronized (this) {
            if (passingOn) {
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
        if (dedicated.isPresent() && onLane == 0) {
            LentConnection target = dedicated.get();
            DispatchStep step = steps.poll();
            if (step != null) {
                return Optional.of(() -> step.passTo(target));
            }
            if (state == DispatchState.PROMOTING) {
                become(DispatchState.DEDICATED);
            }
            if (closed) {
                // It may be somebody else's as soon as it is given back.
                dedicated = Optional.empty();
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
        }
        passOn();
    }

    private void onEnded(Use.Place place) {
        synchronized (this) {
            switch (place) {
                case LANE -> onLane--;
                case DEDICATED -> pending--;
                case NOWHERE -> throw new IllegalStateException("It has not begun");
            }
        }
        if (place == Use.Place.LANE) {
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
            become(DispatchState.SHARED);
            dedicated = Optional.empty();
        }
        return idle;
    }

    @Override
    public void onEnd(Throwable cause) {
        List<DispatchStep> failed;
        boolean unexpected;
        synchronized (this) {
            become(DispatchState.BROKEN);
            failure = Optional.of(cause);
            dedicated = Optional.empty();
            failed = List.copyOf(steps);
            steps.clear();
            unexpected = !closed;
        }
        failed.forEach(step -> step.fail(cause));
        if (unexpected) {
            messages.fail(cause);
            messages.end();
        }
    }

    /** Counts a command while it has not been answered, or notes that it was not accepted, besides what is reported anyway. */
    final class Use implements CommandReport {

        private enum Place {
            NOWHERE,
            LANE,
            DEDICATED
        }

        private final CommandReport report;
        private Place place = Place.NOWHERE;

        private Use(CommandReport report) {
            this.report = report;
        }

        private void begin(Place newPlace) {
            place = newPlace;
        }

        @Override
        public void succeeded(Object reply) {
            report.succeeded(reply);
            onEnded(place);
        }

        @Override
        public void failed(Throwable cause) {
            report.failed(cause);
            if (place == Place.NOWHERE) {
                partFailed(cause);
            } else {
                onEnded(place);
            }
        }
    }
}
