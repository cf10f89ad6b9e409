package io.quarkiverse.redis.multiplexer.engine.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.netty.channel.ChannelHandlerContext;
import io.quarkiverse.redis.multiplexer.engine.command.Answering;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.ConnectionSituation;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionLife.State;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * One socket to one Redis server: writes commands in batches ({@link Writing}) and matches replies with them, in order
 * ({@link Inbound}). A {@link ConnectionOwner} - a keeper, a caller's dedicated connection - is told of its life, and the
 * owner's {@link TrafficListener} of what comes on it. Its states are those of {@link ConnectionLife}.
 * <p>
 * Invariant: the in-flight queue holds exactly the commands whose replies have not all come, in the order of their bytes
 * on the wire. A reply belongs to the head of the queue, and to nothing if the queue is empty; a push belongs to nothing.
 * <p>
 * Everything happens on the event loop of the socket.
 */
public final class NodeConnection implements LivenessCheck.Watched, PresenceCheck.Watched {

    /** What {@link #takeRoundTrip()} gives when nothing has been measured. */
    public static final long NO_ROUND_TRIP = -1;

    private final Context context;
    private final long openedAt = System.nanoTime();
    private final ConnectionLife life = new ConnectionLife();
    private final InFlight inFlight = new InFlight();
    private final Inbound inbound;
    private final ChannelHandlerContext channel;
    private final Writing writing;
    private final ConnectionEnd end;
    private final LateSelection selection = new LateSelection(this);
    private ConnectionOwner owner;
    private TrafficListener traffic;
    private boolean suspected;
    private boolean resp3;
    private Optional<String> serverSideId = Optional.empty();
    private Optional<Instant> loginExpiry = Optional.empty();

    /** @param questionTimeout how long an answer to {@link #send} may take */
    NodeConnection(Context context, NetSocket socket, int maxNesting, Duration questionTimeout, Failures failures,
            ConnectionOwner owner) {
        SocketMetrics metrics = new SocketMetrics(socket);
        this.context = context;
        this.owner = owner;
        this.traffic = owner.traffic();
        this.inbound = new Inbound(this, traffic, inFlight, maxNesting, failures, metrics::read, openedAt);
        this.channel = VertxAccess.install(socket, new SocketEvents(this, inbound));
        this.writing = new Writing(this, channel, inFlight, () -> failures.at(this.owner.place()), metrics::written,
                questionTimeout);
        this.end = new ConnectionEnd(life, channel, inbound, writing, inFlight, this::tellEnd);
    }

    private void tellEnd(CommandQueue all) {
        owner.onClosed(this, all, life.cause());
    }

    Context context() {
        return context;
    }

    void handOver(ConnectionOwner newOwner) {
        owner = newOwner;
        traffic = newOwner.traffic();
        inbound.handOver(traffic);
        newOwner.onHandedOver(this);
    }

    /** Whether messages come as pushes; with RESP2 they look like replies. */
    public boolean isResp3() {
        return resp3;
    }

    @Override
    public Optional<String> serverSideId() {
        return serverSideId;
    }

    /** Takes note of what the server said of itself in the handshake. */
    void greeted(boolean resp3, Optional<String> serverSideId) {
        this.resp3 = resp3;
        this.serverSideId = serverSideId;
    }

    /** Takes note of a login that holds until {@code expiry}, or, if there is none, for ever. */
    void loggedIn(Optional<Instant> expiry) {
        loginExpiry = expiry;
    }

    /** Until when the login holds; empty if for as long as the connection. */
    public Optional<Instant> loginExpiry() {
        return loginExpiry;
    }

    /** Whether it is neither being closed nor closed. */
    @Override
    public boolean isOpen() {
        return life.isOpen();
    }

    /**
     * Whether more commands should be written: they would be sent soon, instead of piling up in front of a full or closing
     * socket, the connection is not suspected of being dead, and its database is selected.
     */
    public boolean isWritable() {
        return life.is(State.OPEN) && !suspected && selection.refusal().isEmpty() && writing.isUnhindered();
    }

    /** The selection of its database, if that could not be done in the handshake. */
    public LateSelection selection() {
        return selection;
    }

    /** What goes on, for the message of a failure. */
    public ConnectionSituation situation(long now) {
        return writing.situation(now);
    }

    /** Holds back new commands, because the connection may be dead. What is in flight, or half written, goes on. */
    void suspect() {
        suspected = true;
    }

    /** The connection is not dead. */
    void trust() {
        suspected = false;
    }

    /** Whether it may be dead. */
    public boolean isSuspected() {
        return suspected;
    }

    /** How many commands have been written and not answered; those among them that wait for a large one, too. */
    @Override
    public int inFlight() {
        return inFlight.size() + writing.waiting();
    }

    @Override
    public Optional<PendingCommand> oldestInFlight() {
        return Optional.ofNullable(inFlight.oldest());
    }

    /** Whether a part of the reply to the oldest command in flight is here. */
    public boolean isReplyBegun() {
        return inbound.isReplyBegun();
    }

    /** Whether it was the server, or the network, that ended it, and not we. */
    boolean isEndedByPeer() {
        return life.isEndedByPeer();
    }

    /** Whether it has ended only because it was to be {@linkplain #renew made anew}. */
    boolean isRenewed() {
        return life.isRenewed();
    }

    /** The reason why it is not {@linkplain #isOpen() open}; only then there is one. */
    public Throwable closeCause() {
        return life.cause();
    }

    @Override
    public long lastRead() {
        return inbound.lastRead();
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

    /** Whether a command with this name can be the last one that the server has run here: answered last, or in flight. */
    boolean mayHaveRunLast(String name) {
        return inbound.hasAnsweredLast(name) || inFlight.anyMatch(command -> command.hasRequest(name));
    }

    /** How many commands have been answered so far. */
    long answered() {
        return inbound.answered();
    }

    /** How many commands have been answered, and messages have come, so far. */
    long answeredOrMessages() {
        return inbound.answered() + inbound.messages();
    }

    /** @see InFlight#takeRoundTrip() */
    public long takeRoundTrip() {
        return inFlight.takeRoundTrip();
    }

    /** Appends a command to what {@link #flush()} sends. */
    public void write(PendingCommand command) {
        writing.write(command);
    }

    public void flush() {
        writing.flush();
    }

    /** Writes and flushes a request whose answer the owner finds among its messages. If it throws, nothing has been sent. */
    public void sendUnanswered(Request request) {
        writing.sendUnanswered(RespEncoder.encode(request));
    }

    /** The owner has got the answer to one of the requests that it has {@linkplain #sendUnanswered sent}. */
    public void answerRecognized() {
        writing.answerRecognized();
    }

    /** Writes and flushes a question of our own, with what else is in flight unless it must be {@linkplain Answering alone}. */
    public Future<Response> send(Request request) {
        return isOpen() ? writing.ask(request, context) : VertxAccess.failed(context, closeCause());
    }

    /** Fails the commands whose deadline has passed, which keep their places. @return how many callers do not wait any more */
    public int expire(long now) {
        return writing.expire(now);
    }

    /** Whether any command matches that has been written and not answered. */
    @Override
    public boolean anyInFlight(Predicate<PendingCommand> condition) {
        return inFlight.anyMatch(condition) || writing.anyWaiting(condition);
    }

    /** What is in flight, in order. */
    public List<PendingCommand> inFlightCommands() {
        return inFlight.snapshot();
    }

    /** Looks at all that has been written and not answered, in order. */
    public void forEachInFlight(Consumer<PendingCommand> action) {
        inFlight.forEach(action);
        writing.forEachWaiting(action);
    }

    /** A command is complete; its caller has been told. */
    void onAnswered(PendingCommand command) {
        if (owner.mustStayClean() && command.leftTrace()) {
            close(new IllegalStateException("the server refused to end the transaction of a batch"));
        }
        end.closeIfRetired();
        writing.goOnAfterExclusive();
    }

    /** A reply could not be dealt with. @param whole whether it is certain which reply comes next */
    void onUndelivered(Throwable cause, boolean whole) {
        if (!whole || !owner.mustStayClean()) {
            // What state the reply has left the connection in is the owner's to know, who has not seen all of it.
            close(cause);
        }
    }

    /** It may be possible to write again. */
    void onWritable() {
        if (isWritable()) {
            traffic.onWritable();
        }
    }

    /** Closes the socket. The owner hears of it by {@link ConnectionOwner#onClosed}, soon and not from within this call. */
    public void close(Throwable cause) {
        end.close(cause);
    }

    /** The socket has failed. */
    void closeBroken(Throwable cause) {
        end.closeBroken(cause);
    }

    /** Closes the socket when everything that is in flight has been answered; takes nothing more until then. */
    public void retire(Throwable cause) {
        end.retire(cause);
    }

    /** Does the same for no fault of the server's: the next connection may be made at once. */
    void renew(Throwable cause) {
        end.renew(cause);
    }

    /**
     * Closes the socket, which has a successor, or which its owner has not got yet, and tells nobody.
     *
     * @return what is in flight, in order; the caller's now
     */
    public CommandQueue abandon(Throwable cause) {
        return end.abandon(cause);
    }

    /** All that came at once has been handed out. */
    void onReadComplete() {
        if (!life.is(State.CLOSED)) {
            traffic.onReadComplete(this);
            owner.onRead();
        }
    }

    void onSocketClosed() {
        end.onSocketClosed();
    }

    /** The owner, who should have been told of the end of a connection, and have done with it by now, looks whether it has. */
    void completeEnd() {
        end.complete();
    }
}
