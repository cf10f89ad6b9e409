package io.quarkiverse.redis.multiplexer.engine.lane;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;

/**
 * What a lane lets other threads see of itself. Written by its event loop alone, a few times per turn at most; only refusals
 * are counted where they happen, on the callers' threads.
 */
final class LaneMetrics implements Intake.Figures {

    private volatile ConnectionState state = ConnectionState.IDLE;
    private volatile int backlog;
    private volatile int inFlight;
    private volatile long commands;
    private volatile long flushes;
    private volatile long backlogNanos;
    private volatile long roundTrips;
    private volatile long roundTripNanos;
    private volatile long connects;
    private volatile long retries;
    private volatile long redirects;
    private volatile long errors;
    private volatile long timeouts;
    private volatile long lost;
    private volatile long unavailable;
    private final LongAdder refused = new LongAdder();
    private volatile Throwable lastFailure;

    void state(ConnectionState newState) {
        state = newState;
    }

    /** The commands that the event loop has taken over and not completed. */
    void pending(int newBacklog, int newInFlight) {
        backlog = newBacklog;
        inFlight = newInFlight;
    }

    /** @param waitedNanos how long they were in the backlog, all together */
    void written(int count, long waitedNanos) {
        commands = commands + count;
        flushes = flushes + 1;
        backlogNanos = backlogNanos + waitedNanos;
    }

    void roundTrip(long nanos) {
        roundTrips = roundTrips + 1;
        roundTripNanos = roundTripNanos + nanos;
    }

    void connected() {
        connects = connects + 1;
    }

    void failed(Throwable cause) {
        lastFailure = cause;
    }

    void retried() {
        retries = retries + 1;
    }

    /** A command is sent again because it belongs elsewhere, or cannot be executed yet; it has not been executed. */
    void redirected() {
        redirects = redirects + 1;
    }

    void answeredByError() {
        errors = errors + 1;
    }

    void timedOut(int count) {
        timeouts = timeouts + count;
    }

    void lost(int count) {
        lost = lost + count;
    }

    void unavailable(int count) {
        unavailable = unavailable + count;
    }

    /** May be called from any thread. */
    @Override
    public void refused() {
        refused.increment();
    }

    @Override
    public int pendingOnLoop() {
        return backlog + inFlight;
    }

    LaneStatus status(int index, int arrivals, ConnectionStatus sideTrack) {
        Throwable failure = lastFailure;
        return new LaneStatus(index, state, arrivals + backlog, inFlight, commands, flushes, connects,
                failure == null ? null : Failures.describe(failure), retries, redirects,
                new LaneStatus.Failures(errors, timeouts, lost, unavailable, refused.sum()),
                Duration.ofNanos(backlogNanos), roundTrips, Duration.ofNanos(roundTripNanos), sideTrack);
    }
}
