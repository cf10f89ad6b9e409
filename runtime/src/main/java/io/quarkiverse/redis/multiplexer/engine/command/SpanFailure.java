package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;

import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A failure as it is told to who makes spans, of the same type. Errors may name keys and other arguments of a command, such as
 * that it is not known with these, or that its keys are in different slots: only their code is told. What was executed in part
 * only is told without its keys. All other texts are those of the client, which names commands without their arguments.
 */
final class SpanFailure {

    private SpanFailure() {
    }

    static Throwable of(Throwable failure) {
        if (failure instanceof ErrorType) {
            return ErrorType.create(ErrorCode.of(failure).orElseThrow());
        }
        return failure instanceof PartialWriteException partial ? withoutKeys(partial) : failure;
    }

    private static Throwable withoutKeys(PartialWriteException partial) {
        Throwable cause = of(partial.getCause());
        return new PartialWriteException("Executed in part only, for " + partial.written().size() + " keys, not for "
                + partial.notWritten().size() + ", and perhaps for " + partial.perhapsWritten().size() + ": "
                + Failures.describe(cause), List.of(), List.of(), List.of(), cause);
    }
}
