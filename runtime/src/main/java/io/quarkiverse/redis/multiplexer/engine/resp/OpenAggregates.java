package io.quarkiverse.redis.multiplexer.engine.resp;

import io.vertx.redis.client.Response;

/**
 * The aggregates whose elements are still arriving, one within the other: what has been built of a reply or push so far.
 * <p>
 * Invariant: whenever something is thrown, the element that is being read counts in none of them. So it is known what follows
 * it, and that can be skipped.
 */
final class OpenAggregates {

    /** What {@link #add} returns when the reply is not complete. */
    static final Response INCOMPLETE = new BulkString(new byte[0], null);

    private final ReplyLimits limits;
    private final Aggregate[] stack;
    private int depth;
    /** What all of it takes, by estimate. */
    private long bytes;

    OpenAggregates(ReplyLimits limits) {
        this.limits = limits;
        this.stack = new Aggregate[limits.depth()];
    }

    boolean isEmpty() {
        return depth == 0;
    }

    /** Whether this is about a push; it must not be empty. */
    boolean isPush() {
        return stack[0].isPush();
    }

    /** @param expected how many elements follow, at least one; a map's keys and values count apart */
    void begin(byte type, int expected) throws SkippedReplyException {
        if (depth == stack.length) {
            throw limits.tooDeep();
        }
        if (depth == 0) {
            bytes = 0;
        }
        Aggregate aggregate = stack[depth];
        if (aggregate == null) {
            aggregate = stack[depth] = new Aggregate();
        }
        account((long) expected * ReplyLimits.PLACE_BYTES);
        aggregate.begin(type, expected);
        depth++;
    }

    /** Takes note that the reply takes so much more memory, before it does. */
    void account(long more) throws SkippedReplyException {
        bytes += more;
        if (bytes > limits.bytes()) {
            throw limits.tooLarge();
        }
    }

    /**
     * Adds an element to the aggregate that it belongs to, and that one, if it is complete now, to the one around it.
     *
     * @return the complete reply or push, which is the element itself where no aggregate is open; or {@link #INCOMPLETE}
     */
    Response add(Response element) {
        Response complete = element;
        while (depth > 0) {
            Aggregate innermost = stack[depth - 1];
            if (!innermost.add(complete)) {
                return INCOMPLETE;
            }
            depth--;
            complete = innermost.finish();
        }
        return complete;
    }

    /** Forgets all of it. @return how many elements of it follow the one that is being read */
    long abandon() {
        long following = 0;
        for (int i = 0; i < depth; i++) {
            following += stack[i].following();
        }
        depth = 0;
        for (int i = 0; i < stack.length && stack[i] != null; i++) {
            stack[i].clear();
        }
        return following;
    }
}
