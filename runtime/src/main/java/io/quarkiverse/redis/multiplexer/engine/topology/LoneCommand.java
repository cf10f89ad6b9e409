package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.BlockingTime;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.ServerError;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A command that nobody else's may be beside, on a connection that is lent for it alone. If the server lets go of a blocking
 * one because it is not the primary any more, it is sent to the new one, for the rest of its time.
 */
final class LoneCommand implements Borrower {

    private final Topology topology;
    private final MultiplexerOptions options;
    private final Context caller;
    private final PendingCommand command;
    private final List<Request> requests;
    private final CommandTraits traits;
    private final Patience patience;
    private final BlockingTime blocking;
    /** What can be asked for again. */
    private final Optional<Request> request;
    private long lentAt;

    /**
     * @param requests what the command asks for
     * @param accepted when, on the clock of {@link System#nanoTime()}
     */
    LoneCommand(Topology topology, MultiplexerOptions options, Context caller, PendingCommand command, List<Request> requests,
            long accepted) {
        this.topology = topology;
        this.options = options;
        this.caller = caller;
        this.command = command;
        this.requests = requests;
        this.traits = CommandTraits.of(requests);
        this.patience = Patience.with(requests, options, accepted);
        this.blocking = BlockingTime.of(requests);
        this.request = command.isSingle() ? Optional.of(requests.get(0)) : Optional.empty();
    }

    /** Runs the command, or fails it. */
    void start() {
        topology.lend(caller, requests, this).onComplete(result -> {
            if (result.succeeded()) {
                lentAt = System.nanoTime();
                result.result().submit(command, traits, patience);
                result.result().releaseWhenDone();
            } else {
                command.fail(result.cause());
            }
        });
    }

    @Override
    public boolean takesBack(PendingCommand refused, ErrorType error) {
        if (ServerError.of(error) != ServerError.UNBLOCKED_AS_REPLICA || request.isEmpty() || command.isSettled()) {
            return false;
        }
        long goneMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lentAt);
        BlockingTime rest = blocking.minus(goneMillis);
        if (rest.length() == BlockingTime.Length.NONE) {
            return false;
        }
        askAgain(rest.in(request.get()));
        return true;
    }

    /** The command itself stays its caller's, and counts, until the new one is answered. */
    private void askAgain(Request rest) {
        Promise<Response> answer = Promise.promise();
        SingleCommand again = new SingleCommand(rest, answer, CommandReport.NONE);
        answer.future().onSuccess(command::onReply).onFailure(command::fail);
        new LoneCommand(topology, options, caller, again, List.of(rest), System.nanoTime()).start();
    }

    @Override
    public boolean expectsMessages() {
        return false;
    }

    @Override
    public void onMessage(Response message) {
        throw new IllegalStateException("Nothing is expected but one reply");
    }

    @Override
    public void onEnd(Throwable cause) {
        // The command fails with its connection.
    }
}
