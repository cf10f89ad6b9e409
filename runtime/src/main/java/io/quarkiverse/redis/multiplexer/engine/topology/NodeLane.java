package io.quarkiverse.redis.multiplexer.engine.topology;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.lane.Lane;

/** The lane to one node of a cluster on one event loop. Used there. */
final class NodeLane {

    private final Node node;
    private final Lane lane;
    /** Whether it has been given something that it has not been told to write. */
    private boolean touched;

    NodeLane(Node node, Lane lane) {
        this.node = node;
        this.lane = lane;
    }

    Node node() {
        return node;
    }

    /**
     * Gives it a command, to be written when it is {@linkplain #flush flushed}. @return whether it has to be flushed from now
     * on
     */
    boolean take(PendingCommand command) {
        boolean first = !touched;
        touched = true;
        lane.take(command);
        return first;
    }

    /**
     * There is no more to write in this turn. @param waitedNanos how long what it has been given was under way, all together
     */
    void flush(long now, long waitedNanos) {
        touched = false;
        lane.onDrained(now, waitedNanos);
    }
}
