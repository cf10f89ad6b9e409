package io.quarkiverse.redis.multiplexer.engine.dedicated;

import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * A dedicated connection, as its {@link Borrower} sees it, who gives it back by one of {@link #release} and
 * {@link #releaseWhenDone}. May be used from any thread; the calls of one thread take effect in their order.
 */
public interface LentConnection {

    /** Writes and flushes a command, or fails it. */
    void submit(PendingCommand command, CommandTraits traits, Patience patience);

    /** Something that the borrower was asked to do has failed, before it came here. */
    void partFailed(Throwable cause);

    /** The same has happened to something that what follows may rely on, as on SELECT: closes the connection. */
    void discard(Throwable cause);

    /**
     * Gives a command that was submitted here, and may take for ever, this deadline. Does nothing if it has its answer, whoever
     * has the connection by then.
     */
    void limitTime(PendingCommand command, long deadline);

    /** Whether nothing of what has been answered on it has left a transaction open, keys watched or the like. */
    boolean isClean();

    /** Ends the lease when everything that was submitted has been answered. */
    void releaseWhenDone();

    /** The same; and what may take for ever has the time of an ordinary command left: nobody could end it any more. */
    void release();
}
