package io.quarkiverse.redis.multiplexer.engine;

import io.netty.buffer.ByteBuf;
import io.vertx.redis.client.Response;

/**
 * What a caller wants done and waits for: one request, or a batch of them that must stay together. Completes exactly
 * once: by its last reply, or by a failure, whichever is first. A command that failed while it was in flight stays in the
 * queue, so that its late replies are matched with it and dropped.
 * <p>
 * Made on the caller's thread, then handed to an event loop, which alone uses it from then on.
 */
abstract class PendingCommand {

    /** The {@link #deadline} of a command that may take for ever. */
    static final long NO_DEADLINE = Long.MAX_VALUE;

    /** By when it must be complete, on the clock of {@link System#nanoTime()}. Set when it is accepted. */
    long deadline;
    /** Whether it has been handed to a socket, so that the server may have run it. */
    private boolean sent;
    private boolean repeated;
    private boolean settled;

    /** Appends all requests to {@code out}. */
    abstract void encode(ByteBuf out);

    /** An upper bound for what {@link #encode} appends. */
    abstract long maxEncodedSize();

    /** How many requests it is; as many replies come. */
    abstract int size();

    /** Whether sending all of it twice is as good as once. */
    abstract boolean isReadOnly();

    /** The name of the command, without arguments: for messages, which must not tell secrets. */
    abstract String name();

    /** Whether it is complete with the next reply. */
    abstract boolean nextReplyIsLast();

    /** Takes the next reply. */
    abstract void onReply(Response reply);

    /** Completes the caller's future. Called at most once, by {@link #fail}. */
    abstract void onFailure(Throwable cause);

    /** Forgets replies that came so far: all of it is sent again. */
    void forgetReplies() {
    }

    /**
     * Makes it ready to be sent on another connection, after the one that it was sent on was lost. That is safe, and done,
     * once only, for what reads only.
     *
     * @return whether it may be sent again
     */
    final boolean repeat() {
        if (settled || repeated || !isReadOnly()) {
            return false;
        }
        repeated = true;
        sent = false;
        forgetReplies();
        return true;
    }

    /** The server has refused it, and said that it may be sent again later. */
    final void takeBack() {
        sent = false;
    }

    final boolean isOverdue(long now) {
        return deadline != NO_DEADLINE && deadline - now <= 0;
    }

    final void markSent() {
        sent = true;
    }

    final boolean wasSent() {
        return sent;
    }

    final boolean isSettled() {
        return settled;
    }

    /** @return whether the caller has not got its answer yet; it gets it now */
    final boolean settle() {
        if (settled) {
            return false;
        }
        settled = true;
        return true;
    }

    /** Fails it, unless it is complete already. */
    final void fail(Throwable cause) {
        if (settle()) {
            onFailure(cause);
        }
    }
}
