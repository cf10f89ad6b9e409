package io.quarkiverse.redis.multiplexer.engine.command;

/**
 * Writes that a server has refused, and that are sent again. Reads of their keys that were sent behind them, and that the
 * server has answered, have read what was there before. Not thread-safe.
 */
public final class RefusedWrites {

    private final TouchedKeys keys = new TouchedKeys();
    private boolean none = true;

    /** Takes a command that was refused; reads count for nothing. @return whether it is the first write */
    public boolean add(PendingCommand refused) {
        if (refused.isReadOnly()) {
            return false;
        }
        boolean first = none;
        none = false;
        refused.addKeysTo(keys);
        return first;
    }

    /** Whether a read has to be asked again if it was sent behind them. */
    public boolean concern(PendingCommand read) {
        return keys.conflictsWith(TouchedKeys.of(read));
    }
}
