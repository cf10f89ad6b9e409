package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * What makes a connection ready when the server has been greeted, sent without waiting for answers: SELECT, what the
 * {@linkplain ConnectionRole role} of the connection is, and PING.
 * <p>
 * PING tells whether the server is fit for commands: one that is just loading its data lets us in, and refuses all else. One
 * that is busy with a script is fit: it takes what ends the script. It does not select a database before that, see
 * {@link LateSelection}.
 */
final class Preparation {

    private final NodeConnection connection;
    private final Optional<Request> select;
    private final Optional<Future<Response>> selected;
    private final List<Said> role = new ArrayList<>();
    private final Future<Response> pong;

    private record Said(ConnectionRole.Statement statement, Future<Response> answer) {

        Future<Void> outcome() {
            return answer.<Void> mapEmpty().recover(failure -> {
                boolean ignored = statement.refusal() == ConnectionRole.Refusal.IS_IGNORED && failure instanceof ErrorType;
                return ignored ? Future.succeededFuture() : Future.failedFuture(failure);
            });
        }
    }

    /** Sends it. */
    Preparation(NodeConnection connection, Optional<Integer> database, ConnectionRole role) {
        this.connection = connection;
        this.select = database.map(number -> Request.cmd(Command.SELECT).arg(number));
        this.selected = select.map(connection::send);
        role.statements().forEach(said -> this.role.add(new Said(said, connection.send(said.request()))));
        this.pong = connection.send(Request.cmd(Command.PING));
    }

    /**
     * @return completes when the connection is fit for commands; fails with the first error of the server that says otherwise
     */
    Future<Void> outcome(Handshake.Observer observer) {
        Future<Void> outcome = selection(observer);
        for (Said said : role) {
            outcome = outcome.compose(done -> said.outcome());
        }
        return outcome.compose(done -> fitness());
    }

    private Future<Void> selection(Handshake.Observer observer) {
        return selected.map(answer -> answer.<Void> mapEmpty().recover(failure -> {
            if (failure instanceof ErrorType error && LateSelection.isBusy(error) && observer.takesUnselected()) {
                connection.selection().begin(select.orElseThrow(), error);
                return Future.succeededFuture();
            }
            return Future.failedFuture(failure);
        })).orElseGet(Future::succeededFuture);
    }

    private Future<Void> fitness() {
        return pong.<Void> mapEmpty()
                .recover(failure -> isFit(failure) ? Future.succeededFuture() : Future.failedFuture(failure));
    }

    /** A server may forbid PING to this user, or be busy with a script, and yet be fit for other commands. */
    static boolean isFit(Throwable failure) {
        return failure instanceof ErrorType error
                && (ServerError.of(error) == ServerError.NOPERM || LateSelection.isBusy(error));
    }
}
