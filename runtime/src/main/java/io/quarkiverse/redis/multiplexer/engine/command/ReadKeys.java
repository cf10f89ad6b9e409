package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;

/**
 * The keys of a read that may be sent on another connection than the commands around it. It must keep its place among all
 * that touches its keys: behind a write it sees what was written, before one it does not; and of two reads the later one
 * does not see what is older.
 */
public record ReadKeys(List<byte[]> keys) {

    /** To look for more keys in other commands would take longer than it is worth. */
    private static final int MAX_ARGUMENTS = 64;

    /** Empty if the command is no single read, or may read what it does not name. */
    public static Optional<ReadKeys> of(PendingCommand command) {
        return command.readKeys();
    }

    /** @param encoded the request */
    static Optional<ReadKeys> of(CommandSpec spec, byte[] encoded) {
        if (!spec.isReadOnly() || !spec.touched().areTold() || EncodedRequests.numberAt(encoded, 0) - 1 > MAX_ARGUMENTS) {
            return Optional.empty();
        }
        List<byte[]> keys = new ArrayList<>(1);
        spec.touched().fold(encoded, 0, 0, (sum, bytes, from, to) -> {
            keys.add(Arrays.copyOfRange(bytes, from, to));
            return sum;
        });
        return keys.isEmpty() ? Optional.empty() : Optional.of(new ReadKeys(keys));
    }

    /**
     * Whether a request reads or writes one of the keys, or may do so.
     *
     * @param bytes requests, as they were encoded
     * @param request where this one begins
     */
    boolean mayBeTouchedBy(CommandSpec spec, byte[] bytes, int request) {
        return !spec.touched().areTold() || spec.touched().fold(bytes, request, 0,
                (sum, key, from, to) -> sum + (contains(key, from, to) ? 1 : 0)) > 0;
    }

    private boolean contains(byte[] bytes, int from, int to) {
        for (byte[] key : keys) {
            if (Arrays.equals(key, 0, key.length, bytes, from, to)) {
                return true;
            }
        }
        return false;
    }
}
