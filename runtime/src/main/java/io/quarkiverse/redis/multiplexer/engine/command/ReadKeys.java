package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.vertx.redis.client.Command;

/**
 * The keys of a read that may be sent on another connection than the commands around it. It must keep its place among all
 * that touches its keys: behind a write it sees what was written, before one it does not; and of two reads the later one
 * does not see what is older.
 */
public record ReadKeys(List<byte[]> keys) {

    /** To look for more keys in other commands would take longer than it is worth. */
    private static final int MAX_ARGUMENTS = 64;

    /** Empty if the command is no read, or may read what it does not name. */
    public static Optional<ReadKeys> of(SingleCommand command) {
        Optional<KeyPositions> positions = KeyTable.positionsOf(command.command());
        if (positions.isEmpty() || !command.isReadOnly()) {
            return Optional.empty();
        }
        List<byte[]> arguments = command.arguments();
        if (arguments.size() > MAX_ARGUMENTS) {
            return Optional.empty();
        }
        List<byte[]> keys = new ArrayList<>(1);
        positions.get().forEach(arguments, keys::add);
        return keys.isEmpty() ? Optional.empty() : Optional.of(new ReadKeys(keys));
    }

    /** Whether a request reads or writes one of the keys, or may do so. */
    boolean mayBeTouchedBy(Command command, List<byte[]> arguments) {
        Optional<KeyPositions> positions = KeyTable.positionsOf(command);
        if (positions.isEmpty()) {
            return true;
        }
        boolean[] touched = new boolean[1];
        positions.get().forEach(arguments, key -> touched[0] |= contains(key));
        return touched[0];
    }

    private boolean contains(byte[] key) {
        for (byte[] other : keys) {
            if (Arrays.equals(key, other)) {
                return true;
            }
        }
        return false;
    }
}
