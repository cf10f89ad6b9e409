package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.ReplyRefusedException;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Promise;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;

/** What each failure tells: client and node, the command without its arguments, whether it was sent, and the key to change. */
class FailuresTest {

    private static final String SECRET = "s3cr3t";
    private static final MultiplexerOptions OPTIONS = new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(9500))
            .setMaxPending(7).setMaxDedicatedConnections(3).setMaxPendingBytes(1000);
    private static final Failures FAILURES = at("redis://:" + SECRET + "@cache.example.com:6379");
    private static final String CLIENT = "Redis client 'cart' at cache.example.com:6379";
    private static final Throwable REFUSED = new ConnectException("Connection refused");
    private static final Throwable BARE = new ConnectException();
    private static final Pattern TIMES = Pattern
            .compile("(?<=waited )\\d+(?= ms)|(?<=backlog and )\\d+(?= ms)|(?<=wire for )\\d+(?= ms)");

    /** @param sent empty for what is no {@link CommandFailure} */
    record Row(String name, Throwable failure, Class<? extends Throwable> type, Optional<Boolean> sent, List<String> parts) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Failures at(String url) {
        return new Failures("cart", NodeAddress.of(new RedisOptions().setConnectionString(url)), OPTIONS);
    }

    private static PendingCommand command(boolean sent) {
        return command(Request.cmd(Command.SET).arg("key").arg(SECRET), sent);
    }

    private static PendingCommand read() {
        return command(Request.cmd(Command.GET).arg(SECRET), true);
    }

    private static PendingCommand command(Request request, boolean sent) {
        PendingCommand command = new SingleCommand(CommandSpec.of(request), request, RequestSize.of(request), Promise.promise(),
                CommandReport.NONE);
        if (sent) {
            command.markSent();
        }
        return command;
    }

    /** A command that waited in the backlog and has been on the wire for as long, in milliseconds, until now. */
    private static PendingCommand timed(long backlog, long wire) {
        PendingCommand command = waiting(backlog + wire);
        command.leavesBacklog(System.nanoTime() - millis(wire));
        command.markSent();
        return command;
    }

    /** A command that has been in the backlog for so many milliseconds. */
    private static PendingCommand waiting(long backlog) {
        PendingCommand command = command(false);
        command.mustEndBy(System.nanoTime() - millis(backlog) + OPTIONS.getCommandTimeout().toNanos());
        return command;
    }

    /** A command that has been on the wire for so many milliseconds, and may take longer than others. */
    private static PendingCommand blocking(long wire) {
        PendingCommand command = command(true);
        command.limitTo(System.nanoTime() + millis(1));
        command.leavesBacklog(System.nanoTime() - millis(wire));
        return command;
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static Row row(String name, Throwable failure, Class<? extends Throwable> type, Boolean sent, String... parts) {
        return new Row(name, failure, type, Optional.ofNullable(sent), List.of(parts));
    }

    static Stream<Row> rows() {
        String timeout = "within 9500 ms (quarkus.redis-multiplexer.command-timeout)";
        Class<? extends Throwable> lost = ConnectionLostException.class;
        Class<? extends Throwable> late = CommandTimeoutException.class;
        Class<? extends Throwable> full = BacklogFullException.class;
        Class<? extends Throwable> dropped = ReplyRefusedException.class;
        Class<? extends Throwable> error = ErrorType.class;
        return Stream.of(
                row("refused port", FAILURES.cannotConnect(REFUSED), lost, false, CLIENT, "cannot connect: Connection refused"),
                row("no message", FAILURES.cannotConnect(BARE), lost, false, CLIENT, "cannot connect: ConnectException"),
                row("unknown host", FAILURES.cannotConnect(new java.net.UnknownHostException("nowhere")), lost, false,
                        "cannot connect: UnknownHostException: nowhere"),
                row("certificate", FAILURES.cannotConnect(new SSLHandshakeException("Failed to create SSL connection")
                        .initCause(new IllegalStateException("No subject alternative names"))), lost, false,
                        "Failed to create SSL connection: No subject alternative names"),
                row("wrong password", FAILURES.cannotConnect(ErrorType.create("WRONGPASS no such user")), error, null,
                        "WRONGPASS no such user (" + CLIENT + ")"),
                row("Unix socket", at("unix:///run/redis.sock").cannotConnect(new IllegalArgumentException("no transport")),
                        lost, false, "/run/redis.sock", "quarkus.vertx.prefer-native-transport=true"),
                row("no Unix socket", FAILURES.cannotConnect(new IllegalArgumentException("no such thing")), lost, false,
                        "cannot connect: no such thing"),
                row("never connected", FAILURES.notConnected(REFUSED), lost, false, CLIENT, timeout, "Connection refused"),
                row("never heard why", FAILURES.notConnected(null), lost, false, CLIENT, "could not connect " + timeout),
                row("stopped", FAILURES.stopped(), lost, false, CLIENT, "the application is stopped, or the client was closed"),
                row("too few arguments", FAILURES.invalid(Request.cmd(Command.SET).arg(SECRET)), NoStackTraceThrowable.class,
                        null, "Redis command is not valid", "set with 1 arguments"),
                row("never answered", FAILURES.unanswered(), IllegalArgumentException.class, null, CLIENT,
                        "Nothing has been sent"),
                row("closed by its caller", FAILURES.connectionClosed(), lost, false, CLIENT, "closed by its caller"),
                row("ended", FAILURES.ended(REFUSED), lost, false, CLIENT, "lost a connection: Connection refused"),
                row("silent", FAILURES.silent("(it does not know the connection)"), SocketTimeoutException.class, null,
                        "3000 ms (quarkus.redis-multiplexer.liveness-timeout)", "(it does not know the connection)"),
                row("no dedicated connection", FAILURES.noDedicatedConnection("blpop"), full, false, CLIENT,
                        "had no connection to lend for blpop " + timeout,
                        "at most 3 are lent (quarkus.redis-multiplexer.max-dedicated-connections)"),
                row("too many waiting", FAILURES.tooManyWaiting("watch"), full, false, CLIENT,
                        "refuses watch at once: there are 7 callers waiting", "quarkus.redis-multiplexer.max-pending)",
                        "quarkus.redis-multiplexer.max-dedicated-connections"),
                row("slow subscriber", FAILURES.slowSubscriber(5, 400, "max-waiting-bytes"), full, false, CLIENT,
                        "5 of them, of about 400 bytes", "quarkus.redis-multiplexer.max-waiting-bytes"),
                row("backlog full", FAILURES.backlogFull(command(false)), full, false, CLIENT, "refuses set", "7 commands",
                        "quarkus.redis-multiplexer.max-pending"),
                row("connection full", FAILURES.connectionFull(command(false)), full, false, CLIENT, "refuses set",
                        "7 commands of its connection", "quarkus.redis-multiplexer.max-pending"),
                row("too many bytes", FAILURES.tooManyBytes(command(false)), full, false, CLIENT, "refuses set of ",
                        " 1000 bytes",
                        "quarkus.redis-multiplexer.max-pending-bytes"),
                row("no memory", FAILURES.rejected(command(false), new OutOfMemoryError("Java heap space")), full, false,
                        CLIENT,
                        "could not send set, and has sent nothing of it: Java heap space"),
                row("broken transaction", FAILURES.transactionBroken(REFUSED), error, null, "EXECABORT", "Connection refused"),
                row("lost, sent", FAILURES.lost(command(true), REFUSED), lost, true, CLIENT, "Connection refused",
                        "set was sent and not answered: the server may have executed it"),
                row("lost, not sent", FAILURES.lost(command(false), REFUSED), lost, false, CLIENT, "set was not sent"),
                row("overtaken", FAILURES.overtaken(command(false), ErrorType.create("LOADING data")), error, null,
                        "LOADING data (" + CLIENT, "was not executed, and is not sent again"),
                row("reply dropped", FAILURES.replyDropped(command(true), new IllegalStateException("too deep by far")),
                        dropped,
                        true, CLIENT, "has answered set, and the reply was dropped: too deep by far"),
                row("reply without memory", FAILURES.replyDropped(command(true), new OutOfMemoryError("Java heap space")),
                        dropped, true, "there was no memory for it (-Xmx)"),
                row("late", FAILURES.timedOut("GET", true, null), late, true, CLIENT, "did not answer GET " + timeout),
                row("full socket", FAILURES.timedOut("GET", false, null), late, false, CLIENT, "could not send GET " + timeout
                        + ": its connection takes nothing more"),
                row("no connection", FAILURES.timedOut(command(false), REFUSED), lost, false, CLIENT,
                        "could not send set " + timeout + ": Connection refused"),
                row("late behind others", FAILURES.tookTooLong(command(true),
                        new ConnectionSituation(12, "KEYS", 9400, 3, Obstacle.NONE)),
                        late,
                        true, CLIENT,
                        "did not answer set " + timeout + ": nothing has come on its connection for 9400 ms, where"
                                + " 12 commands are not answered, KEYS before all others, and 3 wait to be written"),
                row("late alone", FAILURES.tookTooLong(command(true),
                        new ConnectionSituation(1, "set", 9500, 0, Obstacle.NONE)), late, true,
                        "for 9500 ms, where set is all that is not answered"),
                row("timed", FAILURES.at("lane 2").tookTooLong(timed(3, 9497),
                        new ConnectionSituation(1, "set", 9500, 0, Obstacle.NONE)), late, true, CLIENT, timeout,
                        "; it waited 3 ms in the backlog and 9497 ms on the wire (lane 2)"),
                row("lost on a lane", FAILURES.at("lane 2").lost(timed(3, 120), REFUSED, 12, 5), lost, true, CLIENT,
                        "the server may have executed it; 12 were in flight, 5 wait in the backlog;"
                                + " it waited 3 ms in the backlog and 120 ms on the wire (lane 2)"),
                row("lost in the backlog", FAILURES.at("lane 0").lost(waiting(40), REFUSED, 0, 1), lost, false, CLIENT,
                        "set was not sent; 0 were in flight, 1 wait in the backlog;"
                                + " it waited 40 ms in the backlog (lane 0)"),
                row("lost read that was not sent again", new Failures("cart", NodeAddress.of(new RedisOptions()),
                        new MultiplexerOptions().setRetryReadOnly(false)).lost(read(), REFUSED, 1, 0), lost, true,
                        "may have executed it (quarkus.redis-multiplexer.retry.read-only sends reads again); 1 were in flight"),
                row("lost read that was sent again", FAILURES.lost(read(), REFUSED, 1, 0), lost, true,
                        "may have executed it; 1 were in flight"),
                row("no connection for long", FAILURES.at("lane 0").timedOut(waiting(9500), REFUSED, 17), lost, false, CLIENT,
                        timeout + ": Connection refused; 17 wait in the backlog; it waited 9500 ms in the backlog (lane 0)"),
                row("busy server", FAILURES.at("lane 0").timedOut(waiting(9500), ErrorType.create("BUSY Redis is busy"), 2),
                        lost, false, "BUSY Redis is busy; 2 wait in the backlog; it waited 9500 ms in the backlog (lane 0)"),
                row("loading server", FAILURES.at("lane 0").timedOut(waiting(9500), ErrorType.create("LOADING data"), 1), lost,
                        false, "LOADING data; 1 wait in the backlog; it waited 9500 ms in the backlog (lane 0)"),
                row("silent server", FAILURES.at("lane 1").notWritten(waiting(9500),
                        new ConnectionSituation(2, "GET", 3200, 0, Obstacle.SUSPECTED), 17), late, false, CLIENT,
                        "could not send set " + timeout + ", because the server is silent, and its connection may be dead:"
                                + " nothing has come on its connection for 3200 ms, where 2 commands are not answered, GET"
                                + " before all others; 17 wait in the backlog; it waited 9500 ms in the backlog (lane 1)"),
                row("first connection", FAILURES.at("lane 1").notYetConnected(waiting(9500), 4), late, false, CLIENT,
                        "could not send set " + timeout + ", because its connection is still being made; 4 wait in the"
                                + " backlog; it waited 9500 ms in the backlog (lane 1)"),
                row("full socket of a lane", FAILURES.notWritten(waiting(9500),
                        new ConnectionSituation(1, "GET", 20, 0, Obstacle.FULL_SOCKET), 1), late, false,
                        "because the server takes nothing more from its socket: ", "1 wait in the backlog"),
                row("late on a connection of its own", FAILURES.at("a connection of its own").timedOut(blocking(2000), null),
                        late, true, "did not answer set " + timeout
                                + "; it was on the wire for 2000 ms (a connection of its own)"),
                row("backlog of a lane full", FAILURES.at("lane 3").backlogFull(command(false)), full, false,
                        "refuses set: 7 commands of lane 3 are unanswered (quarkus.redis-multiplexer.max-pending)"),
                row("never written", FAILURES.tookTooLong(command(false),
                        new ConnectionSituation(0, "", 20, 1, Obstacle.NONE)), late, false,
                        "could not send set", "for 20 ms, and no answer is due, and 1 wait to be written"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itTells(Row row) {
        String message = row.failure.getMessage();
        assertEquals(row.type, row.failure.getClass());
        row.parts.forEach(part -> assertTrue(contains(message, part), () -> part + " is not in " + message));
        assertFalse(message.contains(SECRET), message);
        if (row.sent.isPresent()) {
            assertEquals(row.sent.get(), assertInstanceOf(CommandFailure.class, row.failure).sent());
        } else {
            assertFalse(row.failure instanceof CommandFailure);
        }
    }

    /** Times are those of the clock: what is told is at most 2 ms less, and as much more as the test has been held up for. */
    private static boolean contains(String message, String part) {
        Matcher parts = TIMES.matcher(part);
        if (!parts.find()) {
            return message.contains(part);
        }
        Matcher told = Pattern.compile(TIMES.splitAsStream(part).map(Pattern::quote).collect(Collectors.joining("(\\d+)")))
                .matcher(message);
        if (!told.find()) {
            return false;
        }
        parts.reset();
        for (int group = 1; parts.find(); group++) {
            if (Long.parseLong(told.group(group)) < Long.parseLong(parts.group()) - 2) {
                return false;
            }
        }
        return true;
    }

    @Test
    void waitingDoesNotHelpAgainstARefusal() {
        assertTrue(Failures.isFinal(FAILURES.cannotConnect(ErrorType.create("WRONGPASS"))));
        assertTrue(Failures.isFinal(at("unix:///s").cannotConnect(new IllegalArgumentException("no transport"))));
        assertFalse(Failures.isFinal(FAILURES.cannotConnect(REFUSED)));
    }

    @Test
    void aNodeIsAnAddress() {
        Failures failures = new Failures("cart",
                NodeAddress.of(new RedisOptions()).at(SocketAddress.inetSocketAddress(1, "a"), null),
                OPTIONS);
        assertEquals("a:1", failures.node());
        assertEquals("Redis client 'cart' at a:1", failures.subject());
    }
}
