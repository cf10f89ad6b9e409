package io.quarkiverse.redis.multiplexer.engine.command;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * The keys that some commands read, and those that they may write: tells whether the order of two commands matters. It does
 * if they have a key in common that one of them may write. Not thread-safe.
 */
final class TouchedKeys {

    private final Set<ByteBuffer> read = new HashSet<>();
    private final Set<ByteBuffer> written = new HashSet<>();
    private boolean readsAny;
    private boolean writesAny;

    static TouchedKeys of(PendingCommand command) {
        TouchedKeys keys = new TouchedKeys();
        command.addKeysTo(keys);
        return keys;
    }

    /** @param encoded requests, of which one begins at {@code request} */
    void add(CommandSpec spec, byte[] encoded, int request) {
        boolean reads = spec.isReadOnly();
        if (spec.touched().areTold()) {
            Set<ByteBuffer> touched = reads ? read : written;
            spec.touched().fold(encoded, request, 0, (sum, bytes, from, to) -> {
                touched.add(ByteBuffer.wrap(bytes, from, to - from));
                return sum;
            });
        } else if (reads) {
            readsAny = true;
        } else {
            writesAny = true;
        }
    }

    private boolean isEmpty() {
        return !readsAny && !writesAny && read.isEmpty() && written.isEmpty();
    }

    boolean conflictsWith(TouchedKeys others) {
        return mayWriteWhatIsTouchedBy(others) || others.mayWriteWhatIsTouchedBy(this);
    }

    private boolean mayWriteWhatIsTouchedBy(TouchedKeys others) {
        if (writesAny) {
            return !others.isEmpty();
        }
        if (!written.isEmpty() && (others.readsAny || others.writesAny)) {
            return true;
        }
        return !Collections.disjoint(written, others.read) || !Collections.disjoint(written, others.written);
    }
}
