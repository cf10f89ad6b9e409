package io.quarkiverse.redis.multiplexer.engine.resp;

/**
 * How much of one reply, or push, is held; what is beyond that is skipped.
 *
 * @param depth how deep aggregates may nest
 * @param bulkLength of one bulk string
 * @param elements of one aggregate, a map's keys and values counted apart
 * @param bytes of memory that all of it may take, by estimate; running out of memory would hit others as well
 */
record ReplyLimits(int depth, int bulkLength, int elements, long bytes) {

    /** Of a value, without its text, by estimate: an object around it, and the value itself. */
    static final int VALUE_BYTES = 64;
    /** Of a place in an array, which even a null takes. */
    static final int PLACE_BYTES = 4;

    /** Redis' own default of {@code proto-max-bulk-len}. */
    private static final int MAX_BULK_LENGTH = 512 * 1024 * 1024;
    private static final int MAX_ELEMENTS = 1 << 28;

    static ReplyLimits ofThisJvm(int depth) {
        return new ReplyLimits(depth, MAX_BULK_LENGTH, MAX_ELEMENTS, Runtime.getRuntime().maxMemory() / 2);
    }

    /** @throws SkippedReplyException if a bulk string of this length is not held */
    int checkBulk(long length) throws SkippedReplyException {
        if (length > bulkLength) {
            throw new SkippedReplyException("it has a bulk string of " + length + " bytes, and the limit is " + bulkLength);
        }
        if (length > bytes) {
            throw new SkippedReplyException("it has a bulk string of " + length + " bytes, and " + heap());
        }
        return (int) length;
    }

    /** @throws SkippedReplyException if an aggregate of so many elements is not held */
    int checkElements(long count) throws SkippedReplyException {
        if (count > elements) {
            throw new SkippedReplyException("it has an aggregate of " + count + " elements, and the limit is " + elements);
        }
        if (count > bytes / PLACE_BYTES) {
            throw new SkippedReplyException("it has an aggregate of " + count + " elements, and " + heap());
        }
        return (int) count;
    }

    SkippedReplyException tooDeep() {
        return new SkippedReplyException("it nests deeper than " + depth + " (quarkus.redis.max-nested-arrays)");
    }

    SkippedReplyException tooLarge() {
        return new SkippedReplyException("it is large, and " + heap());
    }

    private String heap() {
        return "one reply may take " + bytes + " bytes, which is half of the heap (-Xmx)";
    }
}
