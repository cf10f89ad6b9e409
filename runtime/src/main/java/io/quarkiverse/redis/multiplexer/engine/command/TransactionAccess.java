package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.TransactionMode;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Tells whether transactions may be collected, for a whole client. A server that refuses MULTI, as it does to users who may not
 * use it, executes the commands behind it one by one; and one that refuses EXEC may leave a transaction open on a connection
 * that others share. So it is {@linkplain #question asked} first. These are all transitions:
 *
 * <pre>
 * UNKNOWN   GRANTED   a server has executed an empty transaction
 * any       REFUSED   a server has said that MULTI or EXEC is forbidden
 * </pre>
 *
 * Where transactions are to be sent at once anyway, access is refused from the start. Thread-safe.
 */
public final class TransactionAccess {

    private enum State {
        UNKNOWN,
        GRANTED,
        REFUSED
    }

    private static final Request MULTI = Request.cmd(Command.MULTI);
    private static final Request EXEC = Request.cmd(Command.EXEC);

    private volatile State state;

    private TransactionAccess(State state) {
        this.state = state;
    }

    public static TransactionAccess of(TransactionMode mode) {
        return new TransactionAccess(mode == TransactionMode.COLLECTED ? State.UNKNOWN : State.REFUSED);
    }

    boolean isUnknown() {
        return state == State.UNKNOWN;
    }

    boolean isGranted() {
        return state == State.GRANTED;
    }

    boolean isRefused() {
        return state == State.REFUSED;
    }

    /** A server has refused what makes a transaction. */
    void refused(ErrorType error) {
        if (ServerError.forbids(error)) {
            state = State.REFUSED;
        }
    }

    /**
     * An empty transaction for a shared connection, which finds it out.
     *
     * @param onBegun told that a transaction may be begun: MULTI has been accepted, or there was no answer, which says nothing
     *        about transactions
     * @param onRefused told why MULTI has been refused
     */
    public PendingCommand question(Runnable onBegun, Consumer<ErrorType> onRefused) {
        return new BlockCommand(new CommandSpec[] { CommandSpec.of(MULTI), CommandSpec.of(EXEC) },
                new StateEffect[] { StateEffect.MULTI, StateEffect.EXEC },
                new byte[][] { RespEncoder.encode(MULTI), RespEncoder.encode(EXEC) }, new BlockCommand.Results() {
                    @Override
                    public void replied(List<Object> replies) {
                        learn(replies);
                        if (replies.get(0) instanceof ErrorType refusal) {
                            onRefused.accept(refusal);
                        } else {
                            onBegun.run();
                        }
                    }

                    @Override
                    public void failed(Throwable cause) {
                        onBegun.run();
                    }
                });
    }

    private void learn(List<Object> replies) {
        List<ErrorType> errors = replies.stream().filter(ErrorType.class::isInstance).map(ErrorType.class::cast).toList();
        errors.forEach(this::refused);
        if (errors.isEmpty() && state == State.UNKNOWN) {
            state = State.GRANTED;
        }
    }
}
