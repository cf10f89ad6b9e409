package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.redis.client.Request;

/**
 * The time that requests may take on a connection of their own. The command timeout counts from when they were accepted, so
 * that the
 * time in which there was no connection for them is not given to them a second time. If they ask the server to wait, and what
 * is left of the command timeout is not clearly enough for that, they get the command timeout on top of the time that they ask
 * for: whoever gives up BLPOP just before its answer loses an element.
 */
public final class Patience {

    /** The time that the server and the network must be left with, at least, for an answer to what has blocked. */
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The part of the command timeout that they must be left with, at least. */
    private static final int ANSWER_PART = 5;
    /** Moments further away cannot be compared. */
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

    private final long accepted;
    private final long timeoutNanos;
    /** How long the requests ask the server to wait, all together. */
    private final BlockingTime blocking;

    private Patience(long accepted, long timeoutNanos, BlockingTime blocking) {
        this.accepted = accepted;
        this.timeoutNanos = timeoutNanos;
        this.blocking = blocking;
    }

    /** @param accepted when the requests were, on the clock of {@link System#nanoTime()} */
    public static Patience with(List<Request> requests, MultiplexerOptions options, long accepted) {
        return new Patience(accepted, options.getCommandTimeout().toNanos(), BlockingTime.of(requests));
    }

    /** How long the server may be blocked by the requests; 0 as well if that is for ever. */
    public long finitelyBlockedNanos() {
        return Math.min(LONGEST_NANOS, TimeUnit.MILLISECONDS.toNanos(blocking.millis()));
    }

    /**
     * By when requests that are sent {@code now} must be answered; empty if they may block for ever. In the past if they have
     * waited for a connection for too long.
     */
    public OptionalLong deadline(long now) {
        return switch (blocking.length()) {
            case FOR_EVER -> OptionalLong.empty();
            case NONE -> OptionalLong.of(accepted + timeoutNanos);
            case LIMITED -> OptionalLong.of(deadlineOfBlocking(now));
        };
    }

    /** Whether the deadline is the command timeout after the requests were accepted, with nothing on top. */
    public boolean isRegular(long deadline) {
        return deadline == accepted + timeoutNanos;
    }

    private long deadlineOfBlocking(long now) {
        long regular = accepted + timeoutNanos;
        long blocked = finitelyBlockedNanos();
        long needed = Math.min(LONGEST_NANOS, blocked + Math.max(ANSWER_NANOS, timeoutNanos / ANSWER_PART));
        return needed <= regular - now ? regular : now + Math.min(LONGEST_NANOS, blocked + timeoutNanos);
    }
}
