package io.quarkiverse.redis.multiplexer.engine.lane;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.impl.types.ErrorType;

/** Other nodes, to which commands of a lane may belong. Called on the event loop of the lane. */
public interface Elsewhere {

    /** Of a lane to a server that stands alone. */
    Elsewhere NOWHERE = new Elsewhere() {
        @Override
        public boolean takes(PendingCommand command, ErrorType error) {
            return false;
        }

        @Override
        public void onProgress() {
        }
    };

    /**
     * The server has refused a command, and has not executed it.
     *
     * @return whether the command is sent again, there or here; the lane forgets it, and its caller must not get the error
     */
    boolean takes(PendingCommand command, ErrorType error);

    /**
     * Commands have been lost with their connection.
     *
     * @return those that are the lane's to settle; it forgets the others
     */
    default CommandQueue takesLost(CommandQueue lost) {
        return lost;
    }

    /** Commands have been answered, or have been settled because their connection is lost. */
    void onProgress();
}
