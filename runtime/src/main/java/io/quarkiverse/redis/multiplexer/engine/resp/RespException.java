package io.quarkiverse.redis.multiplexer.engine.resp;

import java.io.IOException;

/**
 * What the peer sent is not RESP, or announces more than any server has. The connection that it came from is of no further
 * use: nothing tells where the next reply starts. Where that is known, there is {@link SkippedReplyException}.
 */
public final class RespException extends IOException {

    private static final long serialVersionUID = 1L;

    RespException(String message) {
        super(message);
    }

    /** There is none: it would show our event loop, whatever was read. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
