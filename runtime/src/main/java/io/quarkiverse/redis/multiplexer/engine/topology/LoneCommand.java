package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.BlockingTime;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A command that nobody else's may be beside, on a connection that is lent for it alone. If the server lets go of a blocking
 * one because it is not the primary any more, it is sent to the new one, for the rest of its time.
 */
final class LoneCommand implements Borrower {

    /** A way to a connection for a command. */
    interface Way {

        /**
         * @param deadline how long a server may be waited for that cannot be reached, on the clock of
         *        {@link System#nanoTime()}; for who has others to ask
         * @see Topology#lend
         */
        Future<LentConnection> lend(List<Request> requests, Borrower borrower, long deadline);

        /** The command as it is to be sent this way. */
        default PendingCommand wrapped(PendingCommand command) {
            return command;
        }

        /** Whether it leads to a server that has not got the slot yet, so that each command has to be {@link #wrapped}. */
        default boolean needsAsking() {
            return false;
        }

        /** The way to try next when a server has refused a command; empty if its caller gets the error. */
        Optional<Way> after(ErrorType error);
    }

    private final Way way;
    private final MultiplexerOptions options;
    private final PendingCommand command;
    private final List<Request> requests;
    private final CommandTraits traits;
    private final Patience patience;
    private final BlockingTime blocking;
    /** What can be asked for again. */
    private final Optional<Request> request;
    private final long accepted;
    /** Since when its time passes; empty until it is sent for the first time. */
    private OptionalLong begun;
    /** When it is not sent again any more, on the clock of {@link System#nanoTime()}; empty if that never comes. */
    private final OptionalLong end;

    /**
     * @param requests what the command asks for
     * @param accepted when, on the clock of {@link System#nanoTime()}
     */
    LoneCommand(Way way, MultiplexerOptions options, PendingCommand command, List<Request> requests, long accepted) {
        this(way, options, command, requests, accepted, OptionalLong.empty(),
                end(BlockingTime.of(requests), accepted + options.getCommandTimeout().toNanos()));
    }

    private static OptionalLong end(BlockingTime blocking, long timeout) {
        return switch (blocking.length()) {
            case NONE -> OptionalLong.of(timeout);
            case LIMITED -> {
                long nanos = TimeUnit.MILLISECONDS.toNanos(blocking.millis());
                yield nanos < Long.MAX_VALUE / 2 ? OptionalLong.of(timeout + nanos) : OptionalLong.empty();
            }
            case FOR_EVER -> OptionalLong.empty();
        };
    }

    private LoneCommand(Way way, MultiplexerOptions options, PendingCommand command, List<Request> requests, long accepted,
            OptionalLong begun, OptionalLong end) {
        this.way = way;
        this.options = options;
        this.accepted = accepted;
        this.begun = begun;
        this.end = end;
        this.command = command;
        this.requests = requests;
        this.traits = CommandTraits.of(requests);
        this.patience = Patience.with(requests, options, accepted);
        this.blocking = BlockingTime.of(requests);
        this.request = command.isSingle() ? Optional.of(requests.get(0)) : Optional.empty();
    }

    /** Runs the command, or fails it. */
    void start() {
        way.lend(requests, this, accepted + options.getCommandTimeout().toNanos()).onComplete(result -> {
            if (result.succeeded()) {
                begun = OptionalLong.of(begun.orElseGet(System::nanoTime));
                result.result().submit(way.wrapped(command), traits, patience);
                result.result().releaseWhenDone();
            } else {
                command.fail(result.cause());
            }
        });
    }

    @Override
    public boolean takesBack(PendingCommand refused, ErrorType error) {
        if (request.isEmpty() || command.isSettled() || !refused.isSingle()) {
            return false;
        }
        Optional<Request> rest = rest();
        Optional<Way> next = rest.isEmpty() ? Optional.empty() : way.after(error);
        next.ifPresent(other -> askAgain(rest.get(), other));
        return next.isPresent();
    }

    /** What can be asked for in the time that is left. */
    private Optional<Request> rest() {
        long now = System.nanoTime();
        if (end.isPresent() && now - end.getAsLong() >= 0) {
            return Optional.empty();
        }
        return request.map(blocking.minus(TimeUnit.NANOSECONDS.toMillis(now - begun.orElseThrow()))::in);
    }

    /** The command itself stays its caller's, and counts, until the new one is answered. */
    private void askAgain(Request rest, Way next) {
        Promise<Response> answer = Promise.promise();
        SingleCommand again = new SingleCommand(rest, answer, CommandReport.NONE);
        answer.future().onSuccess(command::onReply).onFailure(command::fail);
        long since = blocking.length() == BlockingTime.Length.NONE ? accepted : System.nanoTime();
        new LoneCommand(next, options, again, List.of(rest), since, OptionalLong.of(System.nanoTime()), end)
                .start();
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
