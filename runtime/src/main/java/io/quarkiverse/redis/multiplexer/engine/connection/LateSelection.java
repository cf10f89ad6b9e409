package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.Remedy;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.AsyncResult;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The selection of a connection's database, if the server could not do that in the handshake, because it is busy with a script.
 * It is asked for again and again until it is done. Until then nothing may be written but what ends the script.
 * <p>
 * Used on the event loop of the connection.
 */
public final class LateSelection {

    private static final long PERIOD_MILLIS = 100;

    private final NodeConnection connection;
    private Optional<ErrorType> refusal = Optional.empty();

    LateSelection(NodeConnection connection) {
        this.connection = connection;
    }

    /** What the server said last; empty if there is nothing to be done, or nothing any more. */
    public Optional<ErrorType> refusal() {
        return refusal;
    }

    /** The server has refused {@code select}, because it is busy. */
    void begin(Request select, ErrorType error) {
        try {
            refusal = Optional.of(error);
            new LoopTimer(VertxAccess.eventLoop(connection.context())).plan(() -> ask(select), PERIOD_MILLIS);
        } catch (Throwable e) {
            connection.close(e);
        }
    }

    private void ask(Request select) {
        try {
            connection.send(select).onComplete(answer -> onAnswer(select, answer));
        } catch (Throwable e) {
            // Nobody would ask again.
            connection.close(e);
        }
    }

    private void onAnswer(Request select, AsyncResult<Response> answer) {
        if (answer.succeeded()) {
            refusal = Optional.empty();
            connection.onWritable();
        } else if (answer.cause() instanceof ErrorType error && isBusy(error)) {
            begin(select, error);
        } else {
            connection.close(answer.cause());
        }
    }

    static boolean isBusy(ErrorType error) {
        return ServerError.of(error).remedy() == Remedy.HOLD;
    }
}
