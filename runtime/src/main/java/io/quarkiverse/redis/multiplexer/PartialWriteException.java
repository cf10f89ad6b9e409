package io.quarkiverse.redis.multiplexer;

import java.util.List;

import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;

/**
 * A command that a cluster executes in several parts, such as MSET, DEL or UNLINK with keys in several slots, has been executed
 * in part only. Every part has ended. Tells the keys, those of one slot together, and never values. A key that the command
 * has several times is there as often.
 * <p>
 * For commands to whole nodes, such as FLUSHALL, the lists are empty, and the message names the nodes.
 * <p>
 * A batch fails with it, too, and with empty lists, if some of its commands have been executed and others were not sent.
 * That is so for clients of the types cluster, sentinel and replication.
 * <p>
 * The {@linkplain #getCause() cause} is what the first part that failed did fail with. A command of which no part has been
 * executed, or of which that is not known of any part, fails with that itself.
 */
public final class PartialWriteException extends VertxException implements CommandFailure {

    private static final long serialVersionUID = 1L;

    private final transient List<Buffer> written;
    private final transient List<Buffer> notWritten;
    private final transient List<Buffer> perhapsWritten;

    public PartialWriteException(String message, List<Buffer> written, List<Buffer> notWritten, List<Buffer> perhapsWritten,
            Throwable cause) {
        super(message, cause, true);
        this.written = List.copyOf(written);
        this.notWritten = List.copyOf(notWritten);
        this.perhapsWritten = List.copyOf(perhapsWritten);
    }

    /** The keys for which the command has been executed. */
    public List<Buffer> written() {
        return written;
    }

    /** The keys for which it has not been executed, and will not be: the server refused it, or it was not sent. */
    public List<Buffer> notWritten() {
        return notWritten;
    }

    /** The keys for which it was sent and not answered: the server may have executed it. */
    public List<Buffer> perhapsWritten() {
        return perhapsWritten;
    }

    /** Always: some of it has been executed, or may have been. */
    @Override
    public boolean sent() {
        return true;
    }
}
