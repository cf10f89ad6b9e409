package io.quarkiverse.redis.multiplexer;

import java.time.Duration;

/**
 * A snapshot of a lane: a connection to one node that many callers share.
 *
 * @param index the number of the lane among those of its node, from 0
 * @param state its state
 * @param pending commands accepted and not yet written
 * @param inFlight commands written and not yet answered
 * @param commands commands written since the lane was made
 * @param flushes writes to the socket since the lane was made; {@code commands / flushes} is the mean batch
 * @param connects how often the lane got connected
 * @param lastError why it is not connected, or last was not; {@code null} if that never happened
 * @param retries commands that were sent again, because they only read
 * @param redirects commands that a node of a cluster did not execute, and that were sent again: they belong to another node, or
 *        their slot was moving or not served
 * @param failures commands that did not succeed
 * @param timeInBacklog the sum over all written commands, from handing them over until they were written; all that came
 *        together count like the first of them
 * @param roundTrips how many times the time from writing a command to its reply was measured: once at a time per
 *        connection, and not for every command
 * @param roundTripTime the sum of these times
 * @param sideTrack the connection beside it for reads with large replies; its commands are among those of the lane
 */
public record LaneStatus(int index, ConnectionState state, int pending, int inFlight, long commands, long flushes,
        long connects, String lastError, long retries, long redirects, Failures failures, Duration timeInBacklog,
        long roundTrips, Duration roundTripTime, ConnectionStatus sideTrack) {

    /** Whether it is connected. */
    public boolean isOpen() {
        return state == ConnectionState.READY || state == ConnectionState.CLOSING;
    }

    /**
     * How many commands failed, by the reason.
     *
     * @param errors replies of the server that are errors
     * @param timeouts not answered, or not even sent, before their deadline
     * @param lost in flight when the connection ended
     * @param unavailable not sent, because the server could not be reached and they were not to wait for it
     * @param refused not accepted, because the backlog was full
     */
    public record Failures(long errors, long timeouts, long lost, long unavailable, long refused) {
    }
}
