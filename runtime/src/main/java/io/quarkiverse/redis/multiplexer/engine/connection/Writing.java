package io.quarkiverse.redis.multiplexer.engine.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.quarkiverse.redis.multiplexer.engine.command.Answering;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.ConnectionSituation;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.Obstacle;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The writing side of one connection. Commands are written as they come, but for those that must be alone; besides, there are
 * requests whose answers somebody else recognizes.
 * <p>
 * Used on the event loop of the connection.
 */
final class Writing implements Outbound.Listener {

    private final NodeConnection connection;
    private final ChannelHandlerContext channel;
    private final InFlight inFlight;
    private final Supplier<Failures> failures;
    private final long questionTimeoutNanos;
    private final Outbound outbound;
    private final ExclusiveExchange exclusive = new ExclusiveExchange();
    /** How many requests have been sent whose answers are the owner's to recognize, and have not come. */
    private int unanswered;

    /**
     * @param connection is told when it can be written to again
     * @param failures the words of them, by whose the connection is
     * @param onBytes told how many bytes are written, for metrics
     * @param questionTimeout how long an answer to {@link #ask} may take
     */
    Writing(NodeConnection connection, ChannelHandlerContext channel, InFlight inFlight, Supplier<Failures> failures,
            IntConsumer onBytes, Duration questionTimeout) {
        this.connection = connection;
        this.channel = channel;
        this.inFlight = inFlight;
        this.failures = failures;
        this.questionTimeoutNanos = questionTimeout.toNanos();
        this.outbound = new Outbound(channel, inFlight, this, onBytes, connection::close);
    }

    /** Whether what is written would be sent soon, instead of piling up. */
    boolean isUnhindered() {
        return !exclusive.isActive() && outbound.isGathering() && channel.channel().isWritable();
    }

    /** Those that wait for a large command to be written. They count as in flight. */
    int waiting() {
        return outbound.waiting().size();
    }

    boolean anyWaiting(Predicate<PendingCommand> condition) {
        return outbound.waiting().count(condition) > 0;
    }

    void forEachWaiting(Consumer<PendingCommand> action) {
        outbound.waiting().forEach(action);
    }

    /** Appends a command to what {@link #flush()} sends. */
    void write(PendingCommand command) {
        if (exclusive.admits(command, isQuiet())) {
            outbound.write(command);
        }
    }

    void flush() {
        outbound.flush();
    }

    /** Writes and flushes a question of our own. @param context the future completes there */
    Future<Response> ask(Request request, Context context) {
        Promise<Response> promise = VertxAccess.promise(context);
        SingleCommand command = SingleCommand.ownQuestion(request, promise);
        command.mustEndBy(System.nanoTime() + questionTimeoutNanos);
        command.exclusive = Answering.of(request) != Answering.ALWAYS;
        write(command);
        flush();
        return promise.future();
    }

    /** Writes and flushes a request whose answer {@linkplain #answerRecognized somebody else} recognizes. */
    void sendUnanswered(byte[] encoded) {
        if (exclusive.isActive()) {
            exclusive.afterwards(() -> writeUnanswered(encoded));
        } else if (connection.isOpen()) {
            writeUnanswered(encoded);
        }
    }

    private void writeUnanswered(byte[] encoded) {
        ByteBuf message = channel.alloc().directBuffer(encoded.length);
        channel.writeAndFlush(message.writeBytes(encoded), channel.voidPromise());
        unanswered++;
    }

    void answerRecognized() {
        unanswered--;
        goOnAfterExclusive();
    }

    /** Whether no answer is to be expected. */
    private boolean isQuiet() {
        return inFlight.isEmpty() && outbound.waiting().isEmpty() && unanswered == 0;
    }

    /** A command has been answered, or will never be: what has waited for that can be written. */
    void goOnAfterExclusive() {
        if (!exclusive.isActive() || !connection.isOpen()) {
            return;
        }
        for (Optional<PendingCommand> next; (next = exclusive.next(isQuiet())).isPresent();) {
            outbound.write(next.get());
        }
        flush();
        if (!exclusive.isActive()) {
            runAfterwards();
            connection.onWritable();
        }
    }

    /** What waits here counts as sent for its owner: if it can't be, nothing matches any more. */
    private void runAfterwards() {
        try {
            exclusive.takeAfterwards().forEach(Runnable::run);
        } catch (Throwable e) {
            connection.close(e);
        }
    }

    @Override
    public void onRejected(PendingCommand command, Throwable cause) {
        Guard.later(channel.executor(), () -> {
            try {
                goOnAfterExclusive();
            } finally {
                command.failBy(one -> failures.get().rejected(one, cause));
                // Something may have waited to know.
                connection.onWritable();
            }
        });
    }

    @Override
    public void onWritable() {
        connection.onWritable();
    }

    /** @see NodeConnection#expire */
    int expire(long now) {
        CommandQueue unsent = outbound.waiting().takeOverdue(now);
        try {
            List<PendingCommand> overdue = new ArrayList<>(inFlight.overdue(now));
            unsent.forEach(overdue::add);
            overdue.addAll(exclusive.overdue(now));
            return fail(overdue, now);
        } catch (Throwable e) {
            // There is no memory. The others are found again; these are in no queue any more.
            unsent.failAll(e);
            throw e;
        }
    }

    private int fail(List<PendingCommand> overdue, long now) {
        if (overdue.isEmpty()) {
            return 0;
        }
        ConnectionSituation situation = situation(now);
        Failures here = failures.get();
        // Once they are settled, nothing in here changes any more when their callers hear of it.
        overdue.forEach(command -> command.failBy(one -> here.tookTooLong(one, situation)));
        return (int) overdue.stream().filter(command -> !command.isOwnQuestion()).count();
    }

    private Obstacle obstacle() {
        if (connection.isSuspected()) {
            return Obstacle.SUSPECTED;
        }
        if (!connection.isOpen()) {
            return Obstacle.ENDING;
        }
        if (exclusive.isActive()) {
            return Obstacle.EXCLUSIVE;
        }
        if (!outbound.isGathering()) {
            return Obstacle.LARGE_COMMAND;
        }
        return channel.channel().isWritable() ? Obstacle.NONE : Obstacle.FULL_SOCKET;
    }

    /** What goes on. */
    ConnectionSituation situation(long now) {
        PendingCommand oldest = inFlight.oldest();
        return new ConnectionSituation(inFlight.size(), oldest == null ? "" : oldest.name(),
                TimeUnit.NANOSECONDS.toMillis(now - connection.lastRead()), outbound.waiting().size(), obstacle());
    }

    /** The end: what has not been sent goes to the end of what is in flight. If this throws, it stays where it is. */
    void end() {
        CommandQueue unsent = outbound.end();
        exclusive.moveWaitingTo(unsent);
        inFlight.addUnsent(unsent);
    }
}
