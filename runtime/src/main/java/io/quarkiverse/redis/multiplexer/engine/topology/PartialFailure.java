package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.topology.Gathering.Necessity;
import io.quarkiverse.redis.multiplexer.engine.topology.Gathering.Part;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** The failure of a command of which parts have failed. */
final class PartialFailure {

    /** What became of a part. */
    enum Effect {
        EXECUTED("executed for "),
        /** The server refused it, or it was not sent. */
        NOT_EXECUTED("not executed for "),
        /** It was sent, and not answered. */
        UNKNOWN("perhaps executed for ");

        private final String words;

        Effect(String words) {
            this.words = words;
        }

        static Effect of(AsyncResult<Response> end) {
            if (end.succeeded()) {
                return EXECUTED;
            }
            if (end.cause() instanceof CommandFailure failure) {
                return failure.sent() ? UNKNOWN : NOT_EXECUTED;
            }
            return end.cause() instanceof ErrorType ? NOT_EXECUTED : UNKNOWN;
        }
    }

    /** How many keys, or nodes, are named of each kind. */
    private static final int NAMED = 10;

    private PartialFailure() {
    }

    /** @param parts all have ended, and one at least has failed */
    static Throwable of(SingleCommand command, List<Part> parts, String subject) {
        Throwable cause = cause(parts);
        List<Effect> effects = parts.stream().map(part -> Effect.of(part.end())).distinct().toList();
        boolean nothing = effects.equals(List.of(Effect.NOT_EXECUTED));
        if (command.isReadOnly() || nothing || effects.equals(List.of(Effect.UNKNOWN))) {
            return cause;
        }
        StringBuilder message = new StringBuilder(subject).append(" has executed ").append(command.name())
                .append(" in part only");
        for (Effect effect : Effect.values()) {
            append(message, effect, parts);
        }
        message.append(": ").append(Failures.describe(cause));
        return new PartialWriteException(message.toString(), keys(parts, Effect.EXECUTED), keys(parts, Effect.NOT_EXECUTED),
                keys(parts, Effect.UNKNOWN), cause);
    }

    /** That of a part that is needed, if there is one; and one that there was nothing to kill says less than any other. */
    private static Throwable cause(List<Part> parts) {
        List<Part> failed = parts.stream().filter(part -> part.end().failed()).toList();
        return failed.stream().filter(part -> part.necessity == Necessity.NEEDED).findFirst()
                .or(() -> failed.stream().filter(part -> !isIdle(part.end().cause())).findFirst()).orElse(failed.get(0)).end()
                .cause();
    }

    private static boolean isIdle(Throwable cause) {
        return cause instanceof ErrorType error && error.is("NOTBUSY");
    }

    private static void append(StringBuilder message, Effect effect, List<Part> parts) {
        List<String> names = parts.stream().filter(part -> Effect.of(part.end()) == effect)
                .flatMap(part -> part.label.names().stream()).toList();
        if (!names.isEmpty()) {
            message.append("; ").append(effect.words)
                    .append(String.join(", ", names.subList(0, Math.min(NAMED, names.size()))));
            if (names.size() > NAMED) {
                message.append(" and ").append(names.size() - NAMED).append(" more");
            }
        }
    }

    private static List<Buffer> keys(List<Part> parts, Effect effect) {
        List<Buffer> keys = new ArrayList<>();
        parts.stream().filter(part -> Effect.of(part.end()) == effect).forEach(part -> keys.addAll(part.label.keys()));
        return keys;
    }
}
