package io.quarkiverse.redis.multiplexer.engine.resp;

/**
 * Why a reply, or a push, is skipped: it is RESP, so that it is known where the next one starts, and it is more than we hold,
 * or has a value that makes no sense. The message goes on from "the reply": "it nests deeper than ...".
 */
final class SkippedReplyException extends Exception {

    private static final long serialVersionUID = 1L;

    SkippedReplyException(String message) {
        // Without a stack trace: that would show our event loop, whatever was skipped.
        super(message, null, false, false);
    }
}
