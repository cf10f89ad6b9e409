package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The errors that a server has answered while it queued the commands of a transaction, whose callers had been told that they
 * were queued. EXEC tells them.
 * <p>
 * Used on the event loop of the connection.
 */
final class QueueingErrors {

    /** Few transactions have any. */
    private List<String> texts = List.of();
    private Optional<ErrorType> ofMulti = Optional.empty();

    /**
     * Takes what has been answered.
     *
     * @param commands of the transaction, of which the first one is MULTI
     * @param replies to them, as a {@link BlockCommand} gives them; there may be more
     */
    void add(List<CommandSpec> commands, List<Object> replies) {
        for (int i = 0; i < commands.size(); i++) {
            if (replies.get(i) instanceof ErrorType error) {
                add(i, commands.get(i), error);
            }
        }
    }

    private void add(int index, CommandSpec command, ErrorType error) {
        if (index == 0) {
            ofMulti = Optional.of(error);
            return;
        }
        if (texts.isEmpty()) {
            texts = new ArrayList<>();
        }
        texts.add("[" + (index - 1) + "] " + command.name() + ": " + error.getMessage());
    }

    /** Why the transaction has not even been begun, if that is so. */
    Optional<ErrorType> ofMulti() {
        return ofMulti;
    }

    /** Answers EXEC. @param reply to it, as a {@link BlockCommand} gives it */
    void answer(PendingCommand exec, Object reply) {
        if (reply instanceof ErrorType error) {
            exec.onReply(explain(error));
        } else if (reply instanceof Throwable dropped) {
            exec.onDroppedReply(dropped);
        } else {
            exec.onReply((Response) reply);
        }
    }

    /** The answer to EXEC, in the words of the server, followed by the reasons for it. */
    ErrorType explain(ErrorType answer) {
        String text = answer.getMessage();
        if (ofMulti.isPresent()) {
            return ErrorType.create(ofMulti.get().getMessage() + " (MULTI was refused, so the server may have executed the"
                    + " commands behind it one by one; it answered EXEC with: " + text + ")");
        }
        if (texts.isEmpty() || ServerError.named(answer) != ServerError.EXECABORT) {
            return answer;
        }
        String end = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return ErrorType.create(end + ": " + String.join("; ", texts));
    }
}
