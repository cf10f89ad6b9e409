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
 * one because it is not the primary any more, it is sent to the new one, for the rest of its time. Not so WAIT and WAITAOF,
 * which {@linkplain CommandTraits#asksAboutEarlierWrites ask about the old one}.
 */
final class LoneCommand implements Borrower {

    /** A way to a connection for a command. */
    interface Way {

        /**
         * @param deadline how long a server may be waited for that cannot be reached, on the clock of
         *        {@link System#nanoTime()}; a topology that lends knows one of its own
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
    /** The one that the caller waits for: the command itself, unless that asks for the same again. */
    private final PendingCommand first;
    private final List<Request> requests;
    private final CommandTraits traits;
    private final Patience patience;
    private final BlockingTime blocking;
    private final long accepted;
    /** Since when its time passes; empty until it is sent for the first time. */
    private OptionalLong begun;
    /** When it is not sent again any more, on the clock of {@link System#nanoTime()}; empty if that never comes. */
    private final OptionalLong end;
    private final TimeLimit limit;

    /**
     * @param requests what the command asks for
     * @param accepted when, on the clock of {@link System#nanoTime()}
     */
    LoneCommand(Way way, MultiplexerOptions options, PendingCommand command, List<Request> requests, long accepted,
            TimeLimit limit) {
        this(way, options, command, command, requests, accepted, OptionalLong.empty(),
                end(BlockingTime.of(requests), accepted + options.getCommandTimeout().toNanos()), limit);
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

    private LoneCommand(Way way, MultiplexerOptions options, PendingCommand first, PendingCommand command,
            List<Request> requests, long accepted, OptionalLong begun, OptionalLong end, TimeLimit limit) {
        this.way = way;
        this.options = options;
        this.accepted = accepted;
        this.begun = begun;
        this.end = end;
        this.limit = limit;
        this.first = first;
        this.command = command;
        this.requests = requests;
        this.traits = CommandTraits.of(requests);
        this.patience = Patience.with(requests, options, accepted);
        this.blocking = BlockingTime.of(requests);
    }

    /** Runs the command, or fails it. */
    void start() {
        try {
            way.lend(requests, this, accepted + options.getCommandTimeout().toNanos()).onSuccess(this::submit)
                    .onFailure(command::fail);
        } catch (Throwable e) {
            // There is no memory for a connection.
            command.fail(e);
        }
    }

    private void submit(LentConnection lent) {
        try {
            begun = OptionalLong.of(begun.orElseGet(System::nanoTime));
            PendingCommand sent = way.wrapped(command);
            lent.submit(sent, traits, patience);
            limit.holdFor(lent, sent);
        } catch (Throwable e) {
            command.fail(e);
        } finally {
            lent.releaseWhenDone();
        }
    }

    /**
     * Where the next command goes to is learnt from what cannot be asked for again, too, and from the marker of WAIT. If there
     * is no memory for another way, its caller gets the error.
     */
    @Override
    public boolean takesBack(PendingCommand refused, ErrorType error) {
        try {
            Optional<Way> next = way.after(error);
            if (next.isEmpty() || traits.asksAboutEarlierWrites() || command.single().isEmpty() || first.isSettled()
                    || !refused.isSingle() || isOver()) {
                return false;
            }
            again(command.single().get(), next.get()).start();
            return true;
        } catch (Throwable e) {
            return false;
        }
    }

    private boolean isOver() {
        return end.isPresent() && System.nanoTime() - end.getAsLong() >= 0;
    }

    /**
     * The same for the time that is left. The first one stays its caller's, and counts, until the last one is answered. Its
     * bytes are what is sent, unless it has to say another time.
     */
    private LoneCommand again(SingleCommand single, Way next) {
        long now = System.nanoTime();
        BlockingTime left = blocking.minus(TimeUnit.NANOSECONDS.toMillis(now - begun.orElseThrow()));
        boolean changes = left.length() == BlockingTime.Length.LIMITED;
        List<Request> rest = changes ? List.of(left.in(single.request())) : requests;
        Promise<Response> answer = Promise.promise();
        SingleCommand again = changes ? new SingleCommand(rest.get(0), answer, CommandReport.NONE) : single.again(answer);
        answer.future().onSuccess(first::onReply).onFailure(first::fail);
        long since = left.length() == BlockingTime.Length.NONE ? accepted : now;
        return new LoneCommand(next, options, first, again, rest, since, OptionalLong.of(now), end, limit);
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
