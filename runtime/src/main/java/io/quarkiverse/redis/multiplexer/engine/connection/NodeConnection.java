package io.quarkiverse.redis.multiplexer.engine.connection;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import org.jboss.logging.Logger;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.quarkiverse.redis.multiplexer.engine.command.Answering;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.resp.RespDecoder;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.quarkiverse.redis.multiplexer.engine.resp.RespException;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.PushType;

/**
 * One socket to one Redis server: writes commands in batches and matches replies with them, in order. Whose it is - a
 * lane's, a caller's or the hub's - is its {@link Owner}.
 * <p>
 * Invariant: the in-flight queue holds exactly the commands whose replies have not all come, in the order of their bytes
 * on the wire. A reply belongs to the head of the queue, and to nothing if the queue is empty; a push belongs to nothing.
 * <p>
 * Everything happens on the event loop of the socket.
 */
public final class NodeConnection extends ChannelInboundHandlerAdapter
        implements RespDecoder.Handler, Outbound.Listener, LivenessCheck.Watched, PresenceCheck.Watched {

    /** Who uses the connection. Called on its event loop. */
    public interface Owner {

        /** A push, or a reply to nothing: a published message, a line of MONITOR. */
        void onMessage(Response message);

        /** What would have been a message, but for a push, had to be dropped: it is more than we hold, or makes no sense. */
        default void onDroppedMessage() {
        }

        /**
         * The server refuses a command, or one of a batch; a batch can't be taken back.
         *
         * @return whether the owner has taken the command back; otherwise its caller gets the error
         */
        default boolean takesBack(PendingCommand command, ErrorType error) {
            return false;
        }

        /** The connection is the owner's from now on: nothing has come on it that is for the owner. */
        default void onHandedOver(NodeConnection connection) {
        }

        /** Whether the connection is shared, so that no command may leave a trace on it. */
        default boolean mustStayClean() {
            return true;
        }

        /** A reply has come, or one of those of a batch. The command has not got it yet. */
        default void onAnswer(PendingCommand command, Response reply) {
        }

        /** Such a reply had to be dropped. */
        default void onDroppedAnswer(PendingCommand command) {
        }

        /**
         * The reply to a command was {@linkplain ReplyTransfer#LARGE_BYTES large}. Its caller has it already.
         *
         * @param nanos from its first part to its last
         */
        default void onLargeReply(PendingCommand command, long bytes, long nanos) {
        }

        /** All replies and messages that came at once have been handed out. */
        default void onReadComplete() {
        }

        /** The socket takes more again, after {@link #isWritable()} was {@code false}. */
        void onWritable();

        /**
         * The end, once: nothing is written or read any more. The commands in flight are the owner's to settle.
         *
         * @param inFlight in the order in which they were sent; the owner's from now on
         */
        void onClosed(CommandQueue inFlight, Throwable cause);
    }

    /** What {@link #takeRoundTrip()} gives when nothing has been measured. */
    public static final long NO_ROUND_TRIP = -1;

    private static final Logger LOG = Logger.getLogger(NodeConnection.class);

    private final Context context;
    private final NetSocket socket;
    private final RespDecoder decoder;
    private final long questionTimeoutNanos;
    private final InFlight inFlight = new InFlight();
    private final long openedAt = System.nanoTime();
    private final ExclusiveExchange exclusive = new ExclusiveExchange();
    /** How many requests have been sent whose answers are the owner's to recognize, and have not come. */
    private int unanswered;
    private Owner owner;
    private final Failures failures;
    private ChannelHandlerContext channel;
    private Outbound outbound;
    private Throwable closeCause;
    private Throwable retirementCause;
    private boolean closed;
    private boolean holdingCommands;
    private boolean endedByPeer;
    private boolean resp3;
    private String serverSideId;
    /** {@code null} if the login holds for as long as the connection. */
    private Instant loginExpiry;
    private long lastRead = openedAt;
    /** The name of the request that was answered last; {@code null} if there was none. */
    private String lastAnswered;
    private long answered;
    private final ReplyTransfer transfer = new ReplyTransfer();

    /** @param questionTimeout how long an answer to {@link #send} may take */
    NodeConnection(Context context, NetSocket socket, int maxNesting, Duration questionTimeout, Failures failures,
            Owner owner) {
        this.context = context;
        this.socket = socket;
        this.questionTimeoutNanos = questionTimeout.toNanos();
        this.failures = failures;
        this.decoder = new RespDecoder(maxNesting, this);
        this.owner = owner;
        VertxAccess.install(socket, this);
    }

    Context context() {
        return context;
    }

    void handOver(Owner newOwner) {
        owner = newOwner;
        newOwner.onHandedOver(this);
    }

    /** Whether messages come as pushes; with RESP2 they look like replies. */
    public boolean isResp3() {
        return resp3;
    }

    @Override
    public String serverSideId() {
        return serverSideId;
    }

    /** Takes note of what the server said of itself in the handshake. */
    void greeted(boolean resp3, String serverSideId) {
        this.resp3 = resp3;
        this.serverSideId = serverSideId;
    }

    /** Takes note of a login that holds until {@code expiry}, or, if that is {@code null}, for ever. */
    void loggedIn(Instant expiry) {
        loginExpiry = expiry;
    }

    /** @return {@code null} if the login holds for as long as the connection */
    public Instant loginExpiry() {
        return loginExpiry;
    }

    @Override
    public boolean isOpen() {
        return !closed && closeCause == null;
    }

    /**
     * Whether more commands should be written: they would be sent soon, instead of piling up in front of a full or closing
     * socket,
     * and the connection is not suspected of being dead.
     */
    public boolean isWritable() {
        return isOpen() && retirementCause == null && !holdingCommands && !exclusive.isActive() && outbound.isGathering()
                && channel.channel().isWritable();
    }

    /** Begins or ends to hold back new commands. What is in flight, or half written, goes on. */
    void holdCommands(boolean hold) {
        holdingCommands = hold;
    }

    /** How many commands have been written and not answered; those among them that wait for a large one, too. */
    @Override
    public int inFlight() {
        return inFlight.size() + outbound.waiting().size();
    }

    @Override
    public PendingCommand oldestInFlight() {
        return inFlight.oldest();
    }

    /** Whether a part of the reply to the oldest command in flight is here. */
    public boolean isReplyBegun() {
        return decoder.isInReply();
    }

    /** Whether it was the server, or the network, that ended it, and not we. */
    boolean isEndedByPeer() {
        return endedByPeer;
    }

    /** @return {@code null} while it is open */
    public Throwable closeCause() {
        return closeCause;
    }

    @Override
    public long lastRead() {
        return lastRead;
    }

    @Override
    public long inFlightSince() {
        return inFlight.since();
    }

    @Override
    public boolean isAwaited(long now) {
        return inFlight.anyMatch(command -> command.isAwaited(now));
    }

    /** When the socket was opened, on the clock of {@link System#nanoTime()}. */
    long openedAt() {
        return openedAt;
    }

    /** Whether both are connected to the same address. */
    boolean hasSamePeer(NodeConnection other) {
        return Objects.equals(channel.channel().remoteAddress(), other.channel.channel().remoteAddress());
    }

    /**
     * Whether a command with this name can be the last one that the server has run here: it was answered last, or is in flight.
     */
    boolean mayHaveRunLast(String name) {
        return name.equalsIgnoreCase(lastAnswered) || inFlight.anyMatch(command -> command.hasRequest(name));
    }

    /** How many commands have been answered so far. */
    long answered() {
        return answered;
    }

    /** @see InFlight#takeRoundTrip() */
    public long takeRoundTrip() {
        return inFlight.takeRoundTrip();
    }

    /** Appends a command to what {@link #flush()} sends. */
    public void write(PendingCommand command) {
        if (exclusive.admits(command, isQuiet())) {
            outbound.write(command);
        }
    }

    public void flush() {
        outbound.flush();
    }

    @Override
    public void onRejected(PendingCommand command, Throwable cause) {
        Guard.later(channel.executor(), () -> {
            if (exclusive.isActive()) {
                goOnAfterExclusive();
            }
            command.fail(failures.rejected(command, cause));
        });
    }

    @Override
    public void onWritable() {
        if (isWritable()) {
            owner.onWritable();
        }
    }

    /**
     * Writes and flushes a request whose answer the owner finds among its messages, such as SUBSCRIBE. What is thrown means
     * that
     * nothing of it has been sent.
     */
    public void sendUnanswered(Request request) {
        byte[] encoded = RespEncoder.encode(request);
        if (exclusive.isActive()) {
            exclusive.afterwards(() -> writeUnanswered(encoded));
        } else if (isOpen()) {
            writeUnanswered(encoded);
        }
    }

    private void writeUnanswered(byte[] encoded) {
        ByteBuf message = channel.alloc().directBuffer(encoded.length);
        channel.writeAndFlush(message.writeBytes(encoded), channel.voidPromise());
        unanswered++;
    }

    /** The owner has got the answer to one of the requests that it has {@linkplain #sendUnanswered sent}. */
    public void answerRecognized() {
        unanswered--;
        if (exclusive.isActive()) {
            goOnAfterExclusive();
        }
    }

    /** Whether no answer is to be expected. */
    private boolean isQuiet() {
        return inFlight() == 0 && unanswered == 0;
    }

    /** Writes and flushes a question of our own, with what else is in flight unless it must be {@linkplain Answering alone}. */
    Future<Response> send(Request request) {
        Promise<Response> promise = VertxAccess.promise(context);
        if (isOpen()) {
            SingleCommand command = SingleCommand.ownQuestion(request, promise);
            command.mustEndBy(System.nanoTime() + questionTimeoutNanos);
            command.exclusive = Answering.of(request) != Answering.ALWAYS;
            write(command);
            flush();
        } else {
            promise.fail(closeCause);
        }
        return promise.future();
    }

    /**
     * Fails the commands whose deadline has passed. Those in flight keep their places, for their late replies.
     *
     * @return how many callers do not wait any more
     */
    public int expire(long now) {
        List<PendingCommand> overdue = new ArrayList<>(inFlight.overdue(now));
        outbound.waiting().takeOverdue(now).forEach(overdue::add);
        overdue.addAll(exclusive.overdue(now));
        if (overdue.isEmpty()) {
            return 0;
        }
        // Once they are settled, nothing in here changes any more when their callers hear of it.
        overdue.forEach(command -> command.fail(failures.timedOut(command, null)));
        return (int) overdue.stream().filter(command -> !command.isOwnQuestion()).count();
    }

    /** Whether any command matches that has been written and not answered. */
    @Override
    public boolean anyInFlight(Predicate<PendingCommand> condition) {
        return inFlight.anyMatch(condition) || outbound.waiting().count(condition) > 0;
    }

    /** What is in flight, in order. */
    public List<PendingCommand> inFlightCommands() {
        return inFlight.snapshot();
    }

    /** Closes the socket. The owner hears of it by {@link Owner#onClosed}, soon and not from within this call. */
    public void close(Throwable cause) {
        if (closeCause == null) {
            closeCause = cause;
            decoder.close();
            channel.close();
        }
    }

    /** For an owner to whom nobody sends messages. A push is nobody's business then, and a reply ends the connection. */
    public void dropUnasked(Response message) {
        if (message instanceof PushType) {
            LOG.debug("Dropped a message that nobody on a shared connection asked for");
        } else {
            closeAsUnasked();
        }
    }

    /**
     * There was a reply to nothing, so there were more replies than commands: one of those before may have gone to the wrong
     * caller already, and no further one must.
     */
    public void closeAsUnasked() {
        close(new ProtocolException("The server sent a reply that nobody asked for"));
    }

    /** Closes the socket when everything that is in flight has been answered; takes nothing more until then. */
    public void retire(Throwable cause) {
        retirementCause = cause;
        closeIfRetired();
    }

    private void closeIfRetired() {
        if (retirementCause != null && inFlight.isEmpty()) {
            close(retirementCause);
        }
    }

    /**
     * Closes the socket, which has a successor. The owner hears nothing of it any more.
     *
     * @return what is in flight, in the order in which it was sent; the caller's from now on
     */
    CommandQueue abandon(Throwable cause) {
        closed = true;
        close(cause);
        return takeInFlight();
    }

    private CommandQueue takeInFlight() {
        CommandQueue all = inFlight.takeAll();
        outbound.end().forEach(all::addLast);
        exclusive.moveWaitingTo(all);
        return all;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx;
        outbound = new Outbound(ctx, inFlight, this, this::reportWritten, this::close);
    }

    private void reportRead(int bytes) {
        Guard.run("the metrics of a socket", () -> VertxAccess.reportRead(socket, bytes));
    }

    private void reportWritten(int bytes) {
        Guard.run("the metrics of a socket", () -> VertxAccess.reportWritten(socket, bytes));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            ByteBuf chunk = (ByteBuf) message;
            lastRead = System.nanoTime();
            transfer.read(chunk.readableBytes(), lastRead, decoder.isInReply());
            reportRead(chunk.readableBytes());
            decoder.decode(chunk);
        } catch (RespException e) {
            close(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (!closed) {
            owner.onReadComplete();
        }
    }

    @Override
    public void onReply(Response reply) {
        PendingCommand command = inFlight.oldest();
        if (command == null) {
            owner.onMessage(reply);
            return;
        }
        boolean last = removeIfLast(command);
        long bytes = transfer.bytes();
        long nanos = transfer.nanos();
        transfer.next();
        deliver(command, reply);
        afterReply(command, last, bytes, nanos);
    }

    @Override
    public void onSkippedReply(Throwable reason) {
        PendingCommand command = inFlight.oldest();
        if (command == null) {
            LOG.debugf(reason, "Dropped a message");
            owner.onDroppedMessage();
            return;
        }
        // Made first: if there is no memory even for that, the command ends with the connection.
        Throwable failure = failures.replyRefused(command, reason);
        boolean last = removeIfLast(command);
        long bytes = transfer.bytes();
        long nanos = transfer.nanos();
        transfer.next();
        owner.onDroppedAnswer(command);
        command.onRefusedReply(failure);
        afterReply(command, last, bytes, nanos);
    }

    /** @return whether the command is complete with the next reply */
    private boolean removeIfLast(PendingCommand command) {
        boolean last = command.nextReplyIsLast();
        if (last) {
            // Before its caller hears of it, who may well look at, or use, this connection.
            inFlight.removeOldest(lastRead);
            lastAnswered = command.lastRequest();
            answered++;
        }
        return last;
    }

    /** @param bytes what the reply was, about, and {@code nanos}, how long it has been coming */
    private void afterReply(PendingCommand command, boolean last, long bytes, long nanos) {
        if (bytes >= ReplyTransfer.LARGE_BYTES && command.isSingle()) {
            owner.onLargeReply(command, bytes, nanos);
        }
        if (last) {
            if (owner.mustStayClean() && command.leftTrace()) {
                close(new IllegalStateException("the server refused to end the transaction of a batch"));
            }
            closeIfRetired();
            if (exclusive.isActive()) {
                goOnAfterExclusive();
            }
        }
    }

    private void goOnAfterExclusive() {
        if (!isOpen()) {
            return;
        }
        for (PendingCommand next; (next = exclusive.next(isQuiet())) != null;) {
            outbound.write(next);
        }
        flush();
        if (!exclusive.isActive()) {
            runAfterwards();
            if (isWritable()) {
                owner.onWritable();
            }
        }
    }

    /** What waits here counts as sent for its owner: if it can't be, nothing matches any more. */
    private void runAfterwards() {
        try {
            exclusive.takeAfterwards().forEach(Runnable::run);
        } catch (Throwable e) {
            close(e);
        }
    }

    private void deliver(PendingCommand command, Response reply) {
        owner.onAnswer(command, reply);
        if (!(reply instanceof ErrorType error && !command.exclusive && owner.takesBack(command, error))) {
            command.onReply(reply);
        }
    }

    @Override
    public void onPush(Response push) {
        owner.onMessage(push);
    }

    @Override
    public void onSkippedPush(Throwable reason) {
        LOG.debugf(reason, "Dropped a message");
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        if (isWritable()) {
            owner.onWritable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        endedByPeer |= closeCause == null && cause instanceof IOException;
        close(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ctx.fireChannelInactive();
        if (!closed) {
            closed = true;
            decoder.close();
            if (closeCause == null) {
                endedByPeer = true;
                closeCause = new ConnectException("The server closed the connection");
            }
            owner.onClosed(takeInFlight(), closeCause);
        }
    }
}
