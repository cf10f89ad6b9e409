package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.concurrent.atomic.LongAdder;

import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.engine.lane.Intake;

/**
 * What the commands of one event loop to several servers let other threads see while they are on no lane. Written by that event
 * loop alone; only refusals are counted where they happen, on the callers' threads.
 */
final class RoutingMetrics implements Intake.Figures {

    private final Unrouted unrouted;
    private volatile int waiting;
    private volatile long errors;
    private volatile long timeouts;
    private volatile long unavailable;
    private final LongAdder refused = new LongAdder();

    RoutingMetrics(Unrouted unrouted) {
        this.unrouted = unrouted;
    }

    /** The commands that wait for their slot, or for what a server tells of their keys. */
    void waiting(int newWaiting) {
        waiting = newWaiting;
    }

    void failedByError() {
        errors = errors + 1;
    }

    void timedOut() {
        timeouts = timeouts + 1;
    }

    void unavailable() {
        unavailable = unavailable + 1;
    }

    /** May be called from any thread. */
    @Override
    public void refused() {
        refused.increment();
    }

    @Override
    public int pendingOnLoop() {
        return unrouted.size();
    }

    /** @param arrivals commands that are on their way to the event loop */
    RoutingStatus status(int arrivals) {
        return new RoutingStatus(arrivals + unrouted.size() + waiting,
                new LaneStatus.Failures(errors, timeouts, 0, unavailable, refused.sum()));
    }
}
