package io.quarkiverse.redis.multiplexer.engine.topology;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.lane.Elsewhere;
import io.quarkiverse.redis.multiplexer.engine.lane.Lane;
import io.vertx.core.net.SocketAddress;

/**
 * A lane to a node that is one of several. It is given commands one by one, and told to write them when there are no more in
 * this turn. Used on one event loop.
 */
abstract class RoutedLane implements Elsewhere {

    final Node node;
    final Lane lane;
    /** Whether it is among those that are to be flushed. The {@link Routes}' to keep. */
    boolean touched;

    RoutedLane(Node node, Lane lane) {
        this.node = node;
        this.lane = lane;
    }

    Node node() {
        return node;
    }

    SocketAddress address() {
        return node.address();
    }

    /** Gives it a command, to be written when it is {@linkplain #flush flushed}. */
    void take(PendingCommand command) {
        lane.take(command);
    }

    /** Whether it would take one more command. */
    boolean hasRoom() {
        return lane.hasRoom();
    }

    /**
     * There is no more to write in this turn. @param waitedNanos how long what it has been given was under way, all together
     */
    void flush(long now, long waitedNanos) {
        lane.onDrained(now, waitedNanos);
    }

    /** Nobody waits any longer for what is in flight. */
    void giveUpConnection(Throwable cause) {
        lane.giveUpConnection(cause);
    }
}
