package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One command, or one transaction, that a caller sends again and again, and what comes back if it is answered rightly.
 *
 * @param keys one, but for MGET and transactions
 * @param value what SET sets
 * @param replyBytes how long the value is that comes back, of all keys together; 0 for OK; of a transaction the number of its
 *        results
 */
public record Operation(Kind kind, List<String> keys, String value, int replyBytes) {

    /** A script that does what GET does. */
    public static final String SCRIPT = "return redis.call('get', KEYS[1])";

    /** What the contestants know how to send. */
    public enum Kind {
        GET,
        SET,
        MGET,
        EVAL,
        /** MULTI, INCR of each key, EXEC, each sent when the one before has been answered, where a caller can wait for that. */
        TRANSACTION
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
