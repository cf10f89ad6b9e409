package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.DedicatedConnection;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.vertx.core.Context;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Where the commands of one {@link LazyConnection} go, in the order in which they come. It has these states:
 *
 * <pre>
 * SHARED      commands run on a lane, always the same; nothing is held
 * PROMOTING   a command needs a connection of its own: it and all after it wait for one, and for the answers to what is on
 *             the lane, so that the order of commands is kept
 * DEDICATED   all commands run on a dedicated connection; SHARED again if that is not to the right server any more, and
 *             nothing of the caller is on it
 * BROKEN      that connection was lost, or there was none to be had, and with it what the caller had built up on it (a
 *             transaction, a selected database): commands fail until the caller closes
 * </pre>
 *
 * May be called from any thread. No caller hears of anything while the lock is held.
 */
final class ConnectionDispatch implements Borrower {

    private enum State {
        SHARED,
        PROMOTING,
        DEDICATED,
        BROKEN
    }

    /** What is to be passed on to the dedicated connection. */
    private sealed interface Step {
    }

    private record CommandStep(PendingCommand command, CommandTraits traits, Patience patience) implements Step {
    }

    /** A command has failed, which may have been meant for a transaction. */
    private record FailureStep(Throwable cause) implements Step {
    }

    private final ClientParts parts;
    private final Context context;
    private final MessageStream messages;
    private final Queue<Step> steps = new ArrayDeque<>();
    private State state = State.SHARED;
    private boolean closed;
    private boolean released;
    /** How many commands are on the lane and have not been answered. */
    private int onLane;
    /** How many others have not been answered. */
    private int pending;
    /** Whether a failure has come since the last command: one is as bad as many. */
    private boolean failureNoted;
    /** Whether a thread is passing on steps, and will find what others add. */
    private boolean passingOn;
    private DedicatedConnection dedicated;
    private Throwable failure;

    /**
     * @param context where the connection was asked for
     * @param messages takes what comes and is no reply
     */
    ConnectionDispatch(ClientParts parts, Context context, MessageStream messages) {
        this.parts = parts;
        this.context = context;
        this.messages = messages;
    }

    /** A report for {@link #submit}, which passes on what it hears to another one. */
    Use use(CommandReport report) {
        return new Use(report);
    }

    /** Takes a command, or fails it at once. @param accepted when, on the clock of {@link System#nanoTime()} */
    void submit(PendingCommand command, Use use, List<Request> requests, Route route, long accepted) {
        Throwable refusal = null;
        boolean shared;
        boolean promotes = false;
        synchronized (this) {
            shared = state == State.SHARED && route == Route.SHARED;
            if (closed) {
                refusal = parts.failures().connectionClosed();
            } else if (state == State.BROKEN) {
                refusal = failure;
            } else if (shared) {
                use.begin(Use.Place.LANE);
                onLane++;
            } else if (pending >= parts.options().getMaxPending()) {
                refusal = parts.failures().connectionFull(command);
            } else if (!parts.bytes().reserve(command.bytes())) {
                refusal = parts.failures().tooManyBytes(command);
            } else {
                command.countIn(parts.bytes());
                steps.add(new CommandStep(command, CommandTraits.of(requests),
                        Patience.with(requests, parts.options(), accepted)));
                use.begin(Use.Place.DEDICATED);
                pending++;
                failureNoted = false;
                promotes = state == State.SHARED;
                state = promotes ? State.PROMOTING : state;
            }
        }
        if (refusal != null) {
            command.fail(refusal);
        } else if (shared) {
            parts.topology().submit(context, command);
        } else if (promotes) {
            promote(requests);
        } else {
            passOn();
        }
    }

    /** A command has failed before it came here. A transaction must not be executed without it. */
    void partFailed(Throwable cause) {
        synchronized (this) {
            if (failureNoted || state == State.SHARED || state == State.BROKEN) {
                return;
            }
            failureNoted = true;
            steps.add(new FailureStep(cause));
        }
        passOn();
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

    private void onLent(DedicatedConnection connection) {
        synchronized (this) {
            if (state == State.PROMOTING) {
                dedicated = connection;
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
        for (;;) {
            DedicatedConnection target;
            Step step;
            synchronized (this) {
                target = dedicated;
                step = target == null || onLane > 0 ? null : steps.poll();
                if (step == null) {
                    passingOn = false;
                    if (target == null || onLane > 0) {
                        return;
                    }
                    state = State.DEDICATED;
                    if (!closed || released) {
                        return;
                    }
                    released = true;
                }
            }
            if (step == null) {
                target.release();
                return;
            }
            if (step instanceof CommandStep next) {
                target.submit(next.command, next.traits, next.patience);
            } else {
                target.partFailed(((FailureStep) step).cause);
            }
        }
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
        boolean idle = state == State.DEDICATED && !closed && pending == 0 && steps.isEmpty() && !passingOn;
        if (idle) {
            state = State.SHARED;
            dedicated = null;
        }
        return idle;
    }

    @Override
    public void onEnd(Throwable cause) {
        List<Step> failed;
        boolean unexpected;
        synchronized (this) {
            state = State.BROKEN;
            failure = cause;
            dedicated = null;
            failed = List.copyOf(steps);
            steps.clear();
            unexpected = !closed;
        }
        for (Step step : failed) {
            if (step instanceof CommandStep waiting) {
                waiting.command.fail(cause);
            }
        }
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
