package io.quarkiverse.redis.multiplexer.engine.resp;

import java.io.IOException;

/**
 * What the peer sent is not RESP, or is more than we are willing to hold. The connection that it came from is of no
 * further use: nothing tells where the next reply starts.
 */
public final class RespException extends IOException {

    private static final long serialVersionUID = 1L;

    RespException(String message) {
        super(message);
    }
}
