package io.quarkiverse.redis.multiplexer;

import java.util.List;

/**
 * A snapshot of a client. Figures of different lanes are read one after the other, so they may be of slightly different
 * moments.
 *
 * @param name the client's name
 * @param running whether it takes commands; {@code false} while the application is stopped
 * @param node the server, as host and port or the path of a socket; empty for clients that are the stock client's
 * @param lanes the shared connections that have been used so far
 * @param dedicatedConnections connections lent to one caller, or waiting to be
 * @param subscriptions how many channels and patterns are subscribed to
 */
public record ClientStatus(String name, boolean running, String node, List<LaneStatus> lanes, int dedicatedConnections,
        int subscriptions) {

    /**
     * @param index the number of the lane in its client, from 0
     * @param state its state
     * @param pending commands accepted and not yet written
     * @param inFlight commands written and not yet answered
     * @param commands commands written since the lane was made
     * @param flushes writes to the socket since the lane was made; {@code commands / flushes} is the mean batch
     * @param connects how often the lane got connected
     * @param lastError why it is not connected, or last was not; {@code null} if that never happened
     */
    public record LaneStatus(int index, LaneState state, int pending, int inFlight, long commands, long flushes,
            long connects, String lastError) {
    }
}
