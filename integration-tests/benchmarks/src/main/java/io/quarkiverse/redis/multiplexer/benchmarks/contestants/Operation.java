package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One command, or a few that belong together, that a caller sends again and again, and what comes back if it is answered
 * rightly.
 *
 * @param keys one, but for MGET and transactions
 * @param value what is written, if something is
 * @param replyBytes how long the value is that comes back, of all keys together; 0 for OK and the ID of an entry; of a
 *        transaction and of a pipeline the number of results
 */
public record Operation(Kind kind, List<String> keys, String value, int replyBytes) {

    /** A script that does what GET does. */
    public static final String SCRIPT = "return redis.call('get', KEYS[1])";

    /** The group of those who read a stream together. */
    public static final String GROUP = "readers";
    /** The field that entries of streams have. */
    public static final String FIELD = "field";
    /** About so many entries are kept of a stream that is written to. */
    static final int MAX_ENTRIES = 10_000;
    /** How long who reads a stream, or takes from a queue, waits for something to come. */
    static final int PATIENCE_SECONDS = 5;

    /** What the contestants know how to send. */
    public enum Kind {
        GET,
        SET,
        MGET,
        EVAL,
        /** MULTI, INCR of each key, EXEC, each sent when the one before has been answered, where a caller can wait for that. */
        TRANSACTION,
        XADD,
        /** XADD, {@link Operation#replyBytes()} times, in one batch. */
        XADD_PIPELINE,
        /** XREADGROUP of one new entry with BLOCK, for which there is always one, and its XACK. */
        CONSUME,
        /** As {@link #CONSUME}, without BLOCK. */
        POLL,
        /**
         * An element is pushed to somebody who waits with BLPOP, and who pushes it back to the caller, who waits with BLPOP.
         */
        HAND_OVER
    }

    public static Operation get(String key, int replyBytes) {
        return new Operation(Kind.GET, List.of(key), null, replyBytes);
    }

    public static Operation set(String key, String value) {
        return new Operation(Kind.SET, List.of(key), value, 0);
    }

    public static Operation mget(List<String> keys, int replyBytes) {
        return new Operation(Kind.MGET, List.copyOf(keys), null, keys.size() * replyBytes);
    }

    public static Operation eval(String key, int replyBytes) {
        return new Operation(Kind.EVAL, List.of(key), null, replyBytes);
    }

    public static Operation transaction(List<String> keys) {
        return new Operation(Kind.TRANSACTION, List.copyOf(keys), null, keys.size());
    }

    public static Operation xadd(String key, String value) {
        return new Operation(Kind.XADD, List.of(key), value, 0);
    }

    public static Operation xaddPipeline(String key, String value, int entries) {
        return new Operation(Kind.XADD_PIPELINE, List.of(key), value, entries);
    }

    /** @param replyBytes of the value of an entry */
    public static Operation consume(String key, int replyBytes) {
        return new Operation(Kind.CONSUME, List.of(key), null, replyBytes);
    }

    /** @param replyBytes of the value of an entry */
    public static Operation poll(String key, int replyBytes) {
        return new Operation(Kind.POLL, List.of(key), null, replyBytes);
    }

    public static Operation handOver(String key, String value) {
        return new Operation(Kind.HAND_OVER, List.of(key), value, value.length());
    }

    public String key() {
        return keys.get(0);
    }

    byte[] keyBytes() {
        return bytes(key());
    }

    byte[] valueBytes() {
        return bytes(value);
    }

    byte[][] keysBytes() {
        return keys.stream().map(Operation::bytes).toArray(byte[][]::new);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
