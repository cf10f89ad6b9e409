package io.quarkiverse.redis.multiplexer.engine.command;

import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import javax.net.ssl.SSLException;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.ReplyRefusedException;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The failures of one client, in words that name the client, the node and the key to change. Commands are named without
 * their arguments, which may be secret.
 */
public final class Failures {

    /** So many nodes of a cluster are named. */
    private static final int MOST_SEEDS = 3;
    /** Vert.x names an option of its own. */
    private static final String DOMAIN_SOCKET_ADVICE = " (for Unix sockets, set quarkus.vertx.prefer-native-transport=true, and add"
            + " io.netty:netty-transport-native-epoll with the classifier linux-x86_64, or what your platform has)";

    private final String client;
    /** The node, or the cluster. */
    private final String server;
    /** What to do if there can't be such sockets. */
    private final String socketAdvice;
    private final MultiplexerOptions options;
    /** Where the commands are that fail, such as {@code lane 2}; empty if that is not told. */
    private final String place;
    /** Whether the server is not used any more. Those of all its connections have it in common. */
    private final AtomicBoolean replaced;

    public Failures(String client, NodeAddress node, MultiplexerOptions options) {
        this(client, node.toString(), node.socket().isDomainSocket() ? DOMAIN_SOCKET_ADVICE : "", options, "",
                new AtomicBoolean());
    }

    private Failures(String client, String server, String socketAdvice, MultiplexerOptions options, String place,
            AtomicBoolean replaced) {
        this.client = client;
        this.server = server;
        this.socketAdvice = socketAdvice;
        this.options = options;
        this.place = place;
        this.replaced = replaced;
    }

    /** Those of commands that are on one of the connections. @param connection such as {@code lane 2} */
    public Failures at(String connection) {
        return new Failures(client, server, socketAdvice, options, connection, replaced);
    }

    /** Those that are about none of several servers. @param kind such as {@code the sentinels} */
    public static Failures ofSeveral(String client, String kind, List<NodeAddress> seeds, MultiplexerOptions options) {
        String named = seeds.stream().limit(MOST_SEEDS).map(NodeAddress::toString).collect(Collectors.joining(", "));
        int others = seeds.size() - MOST_SEEDS;
        return new Failures(client, kind + " " + named + (others > 0 ? " and " + others + " others" : ""), "",
                options, "", new AtomicBoolean());
    }

    /** Keeps what the server answered, which callers may look at the start of, and adds who got the answer. */
    public Throwable cannotConnect(Throwable cause) {
        if (cause instanceof ErrorType error) {
            return ErrorType.create(Printable.text(error.getMessage()) + " (" + subject() + ")");
        }
        return connectionLost(subject() + " cannot connect: " + describe(cause)
                + (cause instanceof IllegalArgumentException ? socketAdvice : ""), false, cause);
    }

    /** @param latest why the last attempt failed; {@code null} if none has */
    public Throwable notConnected(Throwable latest) {
        return connectionLost(subject() + " could not connect within " + options.getCommandTimeout().toMillis()
                + " ms (quarkus.redis-multiplexer.command-timeout)" + (latest == null ? "" : ": " + describe(latest)), false,
                latest);
    }

    /** Whether waiting does not help: the server refuses us, or what we were told makes no sense. */
    public static boolean isFinal(Throwable failure) {
        return failure instanceof ErrorType || failure.getCause() instanceof IllegalArgumentException;
    }

    /** From now on, the server is not used any more, though the client goes on. */
    public void replaced() {
        replaced.set(true);
    }

    /** For what is asked for, or not answered yet, when the client or the server is not used any more. */
    public Throwable stopped() {
        if (replaced.get()) {
            return new ConnectionLostException(subject() + " is not used any more: others have taken its place", false, null);
        }
        return new ConnectionLostException(subject() + " is stopped: the application is stopped, or the client was closed",
                false, null);
    }

    /** Of the type that the stock client fails with. */
    public Throwable invalid(Request request) {
        return Future.failedFuture("Redis command is not valid, check https://redis.io/commands: "
                + request.command() + " with " + RequestAccess.arguments(request).size() + " arguments").cause();
    }

    /** For what is {@linkplain Route#NOWHERE never sent}. */
    public Throwable unanswered() {
        return new IllegalArgumentException(subject() + " refuses what the server may leave unanswered, because everything"
                + " behind it would get the reply to another command: CLIENT REPLY OFF and SKIP, REPLCONF ACK and GETACK;"
                + " AUTH, and HELLO with AUTH, in a transaction, or in a batch and not its first. Nothing has been sent.");
    }

    /** For whoever uses a connection after closing it. */
    public Throwable connectionClosed() {
        return new ConnectionLostException(subject() + ": the connection was closed by its caller", false, null);
    }

    /** For whoever still uses a connection that has ended. */
    public Throwable ended(Throwable cause) {
        return connectionLost(subject() + " lost a connection: " + describe(cause), false, cause);
    }

    /** The reason to close a connection that was given back in a state of its own. */
    public Throwable abandoned() {
        return new ConnectionLostException(subject() + ": the connection is not fit for others", false, null);
    }

    /** The reason to give up a connection that its successor has outlived. @param evidence how that is known */
    public Throwable silent(String evidence) {
        return new SocketTimeoutException("nothing was read for " + options.getLivenessTimeout().toMillis()
                + " ms (quarkus.redis-multiplexer.liveness-timeout), while the server answered on another connection "
                + evidence);
    }

    /** The reason to close a connection that nobody has used for long. */
    public Throwable idle() {
        return new ConnectionLostException(subject() + ": the connection was idle", false, null);
    }

    public Throwable noDedicatedConnection(String command) {
        return new BacklogFullException(subject() + " had no connection to lend for " + command + " " + limit() + "; at most "
                + options.getMaxDedicatedConnections() + " are lent (quarkus.redis-multiplexer.max-dedicated-connections)");
    }

    public Throwable tooManyWaiting(String command) {
        return new BacklogFullException(subject() + " refuses " + command + " at once: there are " + options.getMaxPending()
                + " callers waiting for a connection of their own (quarkus.redis-multiplexer.max-pending), and "
                + options.getMaxDedicatedConnections() + " who have one (quarkus.redis-multiplexer.max-dedicated-connections)");
    }

    /** @param key of the limit that has been reached */
    public Throwable slowSubscriber(int messages, long bytes, String key) {
        return new BacklogFullException(subject() + " drops messages of a slow subscriber: " + messages + " of them, of about "
                + bytes + " bytes, are waiting for its handler (quarkus.redis-multiplexer." + key + ")");
    }

    public Throwable backlogFull(PendingCommand command) {
        return full(command, (place.isEmpty() ? "its lane" : place) + " are unanswered");
    }

    /** For a command that could not be sent, and of which nothing was. */
    public Throwable rejected(PendingCommand command, Throwable cause) {
        return rejected(command.name(), cause);
    }

    public Throwable rejected(String command, Throwable cause) {
        return new BacklogFullException(subject() + " could not send " + command + ", and has sent nothing of it: "
                + describe(cause), cause);
    }

    public Throwable connectionFull(PendingCommand command) {
        return full(command, "its connection are unanswered");
    }

    /** For what does not fit into a transaction that is kept until it is complete. */
    Throwable transactionFull(PendingCommand command) {
        return full(command, "its transaction are kept until EXEC");
    }

    private Throwable full(PendingCommand command, String those) {
        return new BacklogFullException(subject() + " refuses " + command.name() + ": " + options.getMaxPending()
                + " commands of " + those + " (quarkus.redis-multiplexer.max-pending)");
    }

    public Throwable tooManyBytes(PendingCommand command) {
        return new BacklogFullException(subject() + " refuses " + command.name() + " of " + command.encodedSize()
                + " bytes: the unanswered commands of this client would have more than " + options.getMaxPendingBytes()
                + " bytes (quarkus.redis-multiplexer.max-pending-bytes)");
    }

    /** As the server says it if it was the server that refused a part of the transaction. */
    public ErrorType transactionBroken(Throwable cause) {
        return ErrorType.create("EXECABORT Transaction discarded because of: " + describe(cause));
    }

    /** For WAIT that might answer for older writes than it was asked about. @param right to a mark, as ACL SETUSER takes it */
    public Throwable noMarker(PendingCommand command, String right, ErrorType refusal) {
        return ErrorType.create("NOPERM " + command.name() + " cannot tell about writes of other connections: "
                + subject() + " may not mark its place among them. Allow its user to mark it: ACL SETUSER <user> "
                + right + " (the server said: " + refusal.getMessage() + ")");
    }

    /** Begins with what the server said, as all its errors do. */
    public Throwable overtaken(PendingCommand command, ErrorType error) {
        return ErrorType.create(Printable.text(error.getMessage()) + " (" + subject() + ": " + command.name()
                + " was not executed, and is not sent again, because a later command on the same keys has been executed)");
    }

    public Throwable lost(PendingCommand command, Throwable cause) {
        return lost(command, cause, "");
    }

    /** On a shared connection. @param inFlight how many had been written @param waiting how many wait in the backlog */
    public Throwable lost(PendingCommand command, Throwable cause, int inFlight, int waiting) {
        return lost(command, cause, "; " + inFlight + " were in flight, " + waiting + " wait in the backlog");
    }

    private Throwable lost(PendingCommand command, Throwable cause, String queues) {
        String consequence = command.wasSent() ? " was sent and not answered: the server may have executed it"
                : " was not sent";
        String advice = command.wasSent() && command.isRepeatable() && !options.isRetryReadOnly()
                ? " (quarkus.redis-multiplexer.retry.read-only sends reads again)"
                : "";
        return connectionLost(subject() + " lost its connection: " + describe(cause) + "; " + command.name() + consequence
                + advice + queues + times(command), command.wasSent(), cause);
    }

    /** @param reason why its reply was dropped; goes on from "the reply" */
    public Throwable replyDropped(PendingCommand command, Throwable reason) {
        return new ReplyRefusedException(subject() + " has answered " + command.name() + ", and the reply was dropped: "
                + problem(reason), reason);
    }

    /** For those who may have missed a message. @param reason why it was dropped */
    public Throwable messageDropped(Throwable reason) {
        return new ReplyRefusedException(subject() + " has sent a message, it is not known of which subscription, and it was"
                + " dropped: " + problem(reason), reason);
    }

    private static String problem(Throwable reason) {
        return (reason instanceof OutOfMemoryError ? "there was no memory for it (-Xmx): " : "") + describe(reason);
    }

    /** @param unavailable why there is no connection; {@code null} if there is one */
    public Throwable timedOut(PendingCommand command, Throwable unavailable) {
        return timedOut(command.name(), command.wasSent(), unavailable, times(command));
    }

    /** The same in front of a shared connection. @param waiting how many wait with it, this one included */
    public Throwable timedOut(PendingCommand command, Throwable unavailable, int waiting) {
        return timedOut(command.name(), command.wasSent(), unavailable,
                "; " + waiting + " wait in the backlog" + times(command));
    }

    /** On a connection that is there. */
    public Throwable tookTooLong(PendingCommand command, ConnectionSituation situation) {
        return new CommandTimeoutException(subject() + (command.wasSent() ? " did not answer " : " could not send ")
                + command.name() + " " + limit() + ": " + situation + times(command), command.wasSent());
    }

    /** Before the first connection, of which nothing is known yet. @param waiting as below */
    public Throwable notYetConnected(PendingCommand command, int waiting) {
        return new CommandTimeoutException(subject() + " could not send " + command.name() + " " + limit()
                + ", because its connection is still being made; " + waiting + " wait in the backlog" + times(command), false);
    }

    /** In front of a connection that is there. @param waiting how many commands wait in the backlog, this one included */
    public Throwable notWritten(PendingCommand command, ConnectionSituation situation, int waiting) {
        return new CommandTimeoutException(subject() + " could not send " + command.name() + " " + limit() + ", because "
                + situation.obstacle() + ": " + situation + "; " + waiting + " wait in the backlog" + times(command), false);
    }

    /** How long the command has been where, and where that is. Goes on after a message; empty if it is not known. */
    private String times(PendingCommand command) {
        String times = command.times(options.getCommandTimeout().toNanos(), System.nanoTime()).toString();
        return times.isEmpty() ? "" : "; " + times + (place.isEmpty() ? "" : " (" + place + ")");
    }

    private String limit() {
        return "within " + options.getCommandTimeout().toMillis() + " ms (quarkus.redis-multiplexer.command-timeout)";
    }

    /** @param unavailable why there is no connection; {@code null} if there is one */
    public Throwable timedOut(String command, boolean sent, Throwable unavailable) {
        return timedOut(command, sent, unavailable, "");
    }

    private Throwable timedOut(String command, boolean sent, Throwable unavailable, String times) {
        if (sent) {
            return new CommandTimeoutException(subject() + " did not answer " + command + " " + limit() + times, true);
        }
        if (unavailable == null) {
            return new CommandTimeoutException(subject() + " could not send " + command + " " + limit() + ": its connection"
                    + " takes nothing more, because its socket is full, it is silent, or what is before it takes long" + times,
                    false);
        }
        return connectionLost(
                subject() + " could not send " + command + " " + limit() + ": " + describe(unavailable) + times, false,
                unavailable);
    }

    /** A cause comes along into the log, if the failure is logged with its stack trace. */
    private static Throwable connectionLost(String message, boolean sent, Throwable cause) {
        return new ConnectionLostException(message, sent, cause == null ? null : Printable.failure(cause));
    }

    public String node() {
        return server;
    }

    public String subject() {
        return "Redis client '" + client + "' at " + server;
    }

    /** The message of a failure, {@linkplain Printable printable}, with its type where the message alone says little. */
    public static String describe(Throwable failure) {
        String message = messageOf(failure);
        if (failure instanceof SSLException && failure.getCause() != null) {
            message += ": " + rootCause(failure).getMessage();
        }
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        String printable = Printable.text(message);
        return printable.contains(" ") ? printable : failure.getClass().getSimpleName() + ": " + printable;
    }

    /** Failures of a credentials provider are somebody else's classes, and may not even have a message without failing. */
    private static String messageOf(Throwable failure) {
        try {
            return failure.getMessage();
        } catch (Throwable e) {
            return null;
        }
    }

    private static Throwable rootCause(Throwable failure) {
        return failure.getCause() == null ? failure : rootCause(failure.getCause());
    }
}
