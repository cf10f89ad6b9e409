package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestAccess;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link LoneCommand}, with connections that are lent by hand. */
class LoneCommandTest {

    private static final ErrorType LET_GO = ErrorType
            .create("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)");

    private record Loan(Request first, Borrower borrower, Promise<LentConnection> connection) {
    }

    private final List<Loan> loans = new ArrayList<>();
    private final List<PendingCommand> submitted = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final Promise<Response> answer = Promise.promise();

    private final Topology topology = (Topology) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[] { Topology.class }, (proxy, method, arguments) -> {
                assertEquals("lend", method.getName());
                Promise<LentConnection> connection = Promise.promise();
                loans.add(new Loan((Request) ((List<?>) arguments[1]).get(0), (Borrower) arguments[2], connection));
                return connection.future();
            });

    private final LentConnection lent = (LentConnection) Proxy.newProxyInstance(getClass().getClassLoader(),
            new Class<?>[] { LentConnection.class }, (proxy, method, arguments) -> {
                calls.add(method.getName());
                if (method.getName().equals("submit")) {
                    submitted.add((PendingCommand) arguments[0]);
                }
                return null;
            });

    private final MultiplexerOptions options = new MultiplexerOptions();

    @Test
    void itIsSubmittedOnAConnectionThatGoesBackWhenItIsAnswered() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        assertEquals(List.of(), calls);

        loans.get(0).connection.complete(lent);

        assertEquals(List.of("submit", "releaseWhenDone"), calls);
        submitted.get(0).onReply(SimpleStringType.OK);
        assertSame(SimpleStringType.OK, answer.future().result());
    }

    @Test
    void itFailsIfNoConnectionIsToBeHad() {
        Exception failure = new Exception("none is free");
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        loans.get(0).connection.fail(failure);

        assertSame(failure, answer.future().cause());
        assertEquals(List.of(), calls);
    }

    @Test
    void whatAReplicaLetsGoOfIsAskedForAgainForTheRestOfItsTime() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        loans.get(0).connection.complete(lent);
        assertTrue(loans.get(0).borrower.takesBack(submitted.get(0), LET_GO));

        assertEquals(2, loans.size());
        Request rest = loans.get(1).first;
        assertEquals("key", argument(rest, 0));
        double seconds = Double.parseDouble(argument(rest, 1));
        assertTrue(seconds > 0 && seconds <= 10, rest::toString);
        assertFalse(answer.future().isComplete());

        loans.get(1).connection.complete(lent);
        submitted.get(1).onReply(SimpleStringType.OK);
        assertSame(SimpleStringType.OK, answer.future().result());
    }

    @Test
    void itFailsIfThereIsNobodyToAskAgain() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(0));
        loans.get(0).connection.complete(lent);
        assertTrue(loans.get(0).borrower.takesBack(submitted.get(0), LET_GO));
        assertEquals("0", argument(loans.get(1).first, 1));
        Exception failure = new Exception("nobody");
        loans.get(1).connection.fail(failure);

        assertSame(failure, answer.future().cause());
    }

    /** The error of the server that has let go of it would not tell that nothing has come in its time. */
    @Test
    void oneWhoseTimeIsOverIsAskedForOnceMore() {
        start(Request.cmd(Command.BLPOP).arg("key").arg("0.001"));
        letGoAfterTwoMillis();

        assertTrue(loans.get(0).borrower.takesBack(submitted.get(0), LET_GO));
        assertEquals("0.001", argument(loans.get(1).first, 1));
    }

    @Test
    void itsTimeEndsAlsoIfItIsLetGoOf() {
        options.setCommandTimeout(Duration.ofNanos(1));
        for (String seconds : List.of("0.001", "1e15")) {
            loans.clear();
            submitted.clear();
            start(Request.cmd(Command.BLPOP).arg("key").arg(seconds));
            letGoAfterTwoMillis();

            assertEquals(seconds.equals("1e15"), loans.get(0).borrower.takesBack(submitted.get(0), LET_GO), seconds);
        }
    }

    private void letGoAfterTwoMillis() {
        loans.get(0).connection.complete(lent);
        long lentAt = System.nanoTime();
        awaitUntil(() -> System.nanoTime() - lentAt > Duration.ofMillis(2).toNanos());
    }

    @Test
    void otherErrorsAreItsCallers() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        loans.get(0).connection.complete(lent);

        for (String error : List.of("UNBLOCKED client unblocked via CLIENT UNBLOCK", "WRONGTYPE", "READONLY", "BUSY ")) {
            assertFalse(loans.get(0).borrower.takesBack(submitted.get(0), ErrorType.create(error)), error);
        }
    }

    @Test
    void whatHasFailedIsNotAskedForAgain() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        loans.get(0).connection.complete(lent);
        submitted.get(0).fail(new Exception("its time is over"));

        assertFalse(loans.get(0).borrower.takesBack(submitted.get(0), LET_GO));
    }

    @Test
    void itExpectsNoMessages() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));

        Borrower borrower = loans.get(0).borrower;
        assertFalse(borrower.expectsMessages());
        assertThrows(IllegalStateException.class, () -> borrower.onMessage(SimpleStringType.OK));
    }

    private void start(Request request) {
        SingleCommand command = new SingleCommand(request, answer, CommandReport.NONE);
        new LoneCommand(new SameWay(topology, null), options, command, List.of(request), System.nanoTime())
                .start();
    }

    private static String argument(Request request, int index) {
        return new String(RequestAccess.arguments(request).get(index), StandardCharsets.US_ASCII);
    }
}
