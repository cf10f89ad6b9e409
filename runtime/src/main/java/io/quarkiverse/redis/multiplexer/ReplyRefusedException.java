package io.quarkiverse.redis.multiplexer;

import io.vertx.core.VertxException;

/**
 * The server has answered the command, and its reply was dropped: it is more than this client holds, it has a value that makes
 * no sense, or there was no memory for it. The message says which, and names the limit and the key to change, where there is
 * one. Nobody else's reply is touched by it, and the command is not sent again: it would be answered in the same way.
 * <p>
 * Exception handlers of connections with subscriptions get one when a published message was dropped for such a reason. Whose
 * it was is not known then, so all get it whose subscriptions are on the connection that it came on.
 */
public final class ReplyRefusedException extends VertxException implements CommandFailure {

    private static final long serialVersionUID = 1L;

    public ReplyRefusedException(String message, Throwable cause) {
        super(message, cause, true);
    }

    /** Always: there is a reply. */
    @Override
    public boolean sent() {
        return true;
    }
}
