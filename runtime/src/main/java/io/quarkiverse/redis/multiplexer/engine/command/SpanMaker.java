package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;

/** Makes the spans of what is asked of one server. May be called from any thread. */
interface SpanMaker {

    /** Makes none. */
    SpanMaker NONE = (operation, database) -> CommandReport.NONE;

    /**
     * Called on the caller's thread when the caller hands over a command or a batch.
     *
     * @param database its number; empty if it is not known
     * @return to be told of the end
     */
    CommandReport begin(Operation operation, Optional<String> database);

    /** The same for what is not let in. Without a span where the stock client has none. */
    default CommandReport beginRefused(Operation operation, Optional<String> database) {
        return CommandReport.NONE;
    }
}
