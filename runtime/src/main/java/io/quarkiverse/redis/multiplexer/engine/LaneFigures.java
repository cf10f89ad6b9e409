package io.quarkiverse.redis.multiplexer.engine;

import io.quarkiverse.redis.multiplexer.ClientStatus.LaneStatus;
import io.quarkiverse.redis.multiplexer.LaneState;

/** What a lane lets other threads see of itself. Written by its event loop alone, a few times per turn at most. */
final class LaneFigures {

    private volatile LaneState state = LaneState.IDLE;
    private volatile int backlog;
    private volatile int inFlight;
    private volatile long commands;
    private volatile long flushes;
    private volatile long connects;
    private volatile Throwable lastFailure;

    void state(LaneState newState) {
        state = newState;
    }

    /** The commands that the event loop has taken over and not completed. */
    void pending(int newBacklog, int newInFlight) {
        backlog = newBacklog;
        inFlight = newInFlight;
    }

    void written(int count) {
        commands = commands + count;
        flushes = flushes + 1;
    }

    void connected() {
        connects = connects + 1;
    }

    void failed(Throwable cause) {
        lastFailure = cause;
    }

    int pendingOnLoop() {
        return backlog + inFlight;
    }

    LaneStatus status(int index, int arrivals) {
        Throwable failure = lastFailure;
        return new LaneStatus(index, state, arrivals + backlog, inFlight, commands, flushes, connects,
                failure == null ? null : Failures.describe(failure));
    }
}
