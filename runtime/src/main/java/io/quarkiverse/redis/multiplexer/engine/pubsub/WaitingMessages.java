package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Messages that wait for a handler, within limits that only a slow one reaches: those of the server for a client that does
 * not read what it is sent (32 MB, or 8 MB for a minute; see
 * <a href="https://redis.io/docs/latest/develop/reference/clients/#output-buffer-limits">output buffer limits</a>), and a
 * number
 * of messages if one was set. The server ends the connection of such a client; here, messages are left out while there is no
 * room for them. That is to be told once, and again only when the handler has caught up in between. Not thread-safe.
 */
final class WaitingMessages {

    /** So much less is allowed for longer than {@link #PATIENCE_NANOS}. */
    private static final int LASTING_PART = 4;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** What is taken at once counts no more: it must not be a noticeable part of the limits. */
    private static final int MOST_AT_ONCE = 64;
    private static final int PART_AT_ONCE = 16;

    /** What becomes of a message. */
    enum Admission {
        ACCEPTED,
        /** The first one for which there is no room. */
        TOO_MANY,
        TOO_MANY_BYTES,
        /** One more for which there is no room. */
        LEFT_OUT;

        boolean isToBeTold() {
            return this == TOO_MANY || this == TOO_MANY_BYTES;
        }
    }

    private final int maxMessages;
    private final long maxBytes;
    private final int atOnce;
    private final long bytesAtOnce;
    private final LongSupplier clock;
    /** Small: few connections get messages. */
    private final Queue<MessageRun> waiting = new ArrayDeque<>(0);
    /** How many of the first run have been taken. */
    private int taken;
    private int size;
    private long bytes;
    /** Whether there has been more than the lasting part of the limit, without a break, and since when. */
    private boolean isMuch;
    private long muchSince;
    private boolean full;

    /** @param clock {@link System#nanoTime()} */
    WaitingMessages(int maxMessages, long maxBytes, LongSupplier clock) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.atOnce = Math.max(1, Math.min(MOST_AT_ONCE, maxMessages / PART_AT_ONCE));
        this.bytesAtOnce = Math.min(64 * 1024, maxBytes / PART_AT_ONCE);
        this.clock = clock;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /** Adds messages, as many of them as there is room for. @return what is to be told of that, or what becomes of the last */
    Admission offer(MessageRun run) {
        if (size + run.size() <= maxMessages && bytes + run.bytes() <= maxBytes && !isMuchForLong()) {
            add(run);
            return Admission.ACCEPTED;
        }
        Admission told = Admission.ACCEPTED;
        for (int i = 0; i < run.size(); i++) {
            Admission its = offer(run.get(i));
            told = told.isToBeTold() ? told : its;
        }
        return told;
    }

    /** Adds a message if there is room for it. */
    private Admission offer(SizedMessage next) {
        Admission limit = limit(next);
        if (limit == Admission.ACCEPTED) {
            add(MessageRun.of(next));
            return limit;
        }
        if (full) {
            return Admission.LEFT_OUT;
        }
        full = true;
        return limit;
    }

    private Admission limit(SizedMessage next) {
        if (size >= maxMessages) {
            return Admission.TOO_MANY;
        }
        // One message always fits: it is there already.
        boolean tooMuch = bytes > 0 && bytes + next.bytes() > maxBytes;
        return tooMuch || isMuchForLong() ? Admission.TOO_MANY_BYTES : Admission.ACCEPTED;
    }

    private boolean isMuchForLong() {
        return isMuch && clock.getAsLong() - muchSince > PATIENCE_NANOS;
    }

    /** Adds an answer to what the connection itself has said: it must not be left out. */
    void addAnswer(SizedMessage answer) {
        add(MessageRun.of(answer));
    }

    /** Adds a message that nobody waits for yet, in place of the oldest ones if need be. */
    void addLatest(SizedMessage latest) {
        while (!waiting.isEmpty() && limit(latest) != Admission.ACCEPTED) {
            removeOldest();
        }
        add(MessageRun.of(latest));
    }

    private void add(MessageRun run) {
        waiting.add(run);
        size += run.size();
        bytes += run.bytes();
        if (!isMuch && bytes > maxBytes / LASTING_PART) {
            isMuch = true;
            muchSince = clock.getAsLong();
        }
    }

    /** Takes the oldest ones, some of them, which are not waiting any more. @param slice changes only if there are any */
    void moveTo(MessageSlice slice) {
        if (waiting.isEmpty()) {
            return;
        }
        MessageRun run = waiting.element();
        int from = taken;
        int to = from;
        long end = bytes - bytesAtOnce;
        do {
            removeOldest();
            to++;
        } while (to < run.size() && to - from < atOnce && bytes > end);
        slice.set(run, from, to);
    }

    private void removeOldest() {
        MessageRun run = waiting.element();
        bytes -= run.get(taken).bytes();
        size--;
        taken++;
        if (taken == run.size()) {
            waiting.remove();
            taken = 0;
        }
        isMuch &= bytes > maxBytes / LASTING_PART;
        full &= bytes > maxBytes / LASTING_PART / 2 || size > maxMessages / 2;
    }

    void clear() {
        waiting.clear();
        taken = 0;
        size = 0;
        bytes = 0;
        isMuch = false;
        full = false;
    }
}
