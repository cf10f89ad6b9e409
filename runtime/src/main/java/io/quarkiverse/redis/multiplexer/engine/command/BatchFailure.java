package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The failure of a batch whose requests were sent each on its own, and have all ended. It must not say that nothing was sent if
 * some were: whoever sends the batch again would write twice.
 */
final class BatchFailure {

    private BatchFailure() {
    }

    /** Whether this came in place of a reply. */
    static boolean isFailure(Object result) {
        return result instanceof Throwable && !(result instanceof ErrorType);
    }

    /**
     * @param batch its name
     * @param specs of its requests, and their {@code effects}
     * @param results what came of each of them; one {@linkplain #isFailure is a failure} at least
     */
    static Throwable of(String batch, CommandSpec[] specs, StateEffect[] effects, Object[] results) {
        List<Throwable> failures = new ArrayList<>();
        boolean written = false;
        ConnectionTaint taint = new ConnectionTaint();
        for (int i = 0; i < results.length; i++) {
            if (isFailure(results[i])) {
                failures.add((Throwable) results[i]);
            } else {
                Response reply = (Response) results[i];
                written |= mayHaveWritten(specs[i], taint.isTransactionOpen(), reply);
                taint.answeredToUs(effects[i], reply);
            }
        }
        Throwable cause = failures.stream().filter(BatchFailure::mayHaveBeenSent).findFirst().orElse(failures.get(0));
        if (!written || mayHaveBeenSent(cause)) {
            return cause;
        }
        return new PartialWriteException(batch + " has been executed in part only, and " + failures.size()
                + " of them have not been sent: " + Failures.describe(cause), List.of(), List.of(), List.of(), cause);
    }

    /**
     * Servers do not execute what they answer with an error, but for scripts, which may fail after they have written. In a
     * transaction they execute nothing before EXEC.
     */
    private static boolean mayHaveWritten(CommandSpec spec, boolean inTransaction, Response reply) {
        if (spec.kind() == CommandKind.TRANSACTION) {
            return spec.special() == SpecialCommand.EXEC && reply != null && !(reply instanceof ErrorType);
        }
        return !inTransaction && !spec.isReadOnly() && (!(reply instanceof ErrorType) || spec.runsScript());
    }

    private static boolean mayHaveBeenSent(Throwable failure) {
        return !(failure instanceof CommandFailure told) || told.sent();
    }
}
