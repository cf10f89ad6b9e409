package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link LoneCommand}, with connections that are lent by hand. */
class LoneCommandTest extends LoneCommandByHand {

    @Test
    void itIsSubmittedOnAConnectionThatGoesBackWhenItIsAnswered() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        assertEquals(List.of(), calls);

        loans.get(0).connection().complete(lent);

        assertEquals(List.of("submit", "releaseWhenDone"), calls);
        submitted.get(0).onReply(SimpleStringType.OK);
        assertSame(SimpleStringType.OK, answer.future().result());
    }

    @Test
    void itFailsIfNoConnectionIsToBeHad() {
        Exception failure = new Exception("none is free");
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        loans.get(0).connection().fail(failure);

        assertSame(failure, answer.future().cause());
        assertEquals(List.of(), calls);
    }

    @Test
    void whatAReplicaLetsGoOfIsAskedForAgainForTheRestOfItsTime() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        loans.get(0).connection().complete(lent);
        assertTrue(loans.get(0).borrower().takesBack(submitted.get(0), LET_GO));

        assertEquals(2, loans.size());
        Request rest = loans.get(1).first();
        assertEquals("key", argument(rest, 0));
        double seconds = Double.parseDouble(argument(rest, 1));
        assertTrue(seconds > 0 && seconds <= 10, rest::toString);
        assertFalse(answer.future().isComplete());

        loans.get(1).connection().complete(lent);
        submitted.get(1).onReply(SimpleStringType.OK);
        assertSame(SimpleStringType.OK, answer.future().result());
    }

    @Test
    void itFailsIfThereIsNobodyToAskAgain() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(0));
        loans.get(0).connection().complete(lent);
        assertTrue(loans.get(0).borrower().takesBack(submitted.get(0), LET_GO));
        assertEquals("0", argument(loans.get(1).first(), 1));
        Exception failure = new Exception("nobody");
        loans.get(1).connection().fail(failure);

        assertSame(failure, answer.future().cause());
    }

    /** The error of the server that has let go of it would not tell that nothing has come in its time. */
    @Test
    void oneWhoseTimeIsOverIsAskedForOnceMore() {
        start(Request.cmd(Command.BLPOP).arg("key").arg("0.001"));
        letGoAfterTwoMillis();

        assertTrue(loans.get(0).borrower().takesBack(submitted.get(0), LET_GO));
        assertEquals("0.001", argument(loans.get(1).first(), 1));
    }

    @Test
    void itsTimeEndsAlsoIfItIsLetGoOf() {
        options.setCommandTimeout(Duration.ofNanos(1));
        for (String seconds : List.of("0.001", "1e15")) {
            loans.clear();
            submitted.clear();
            start(Request.cmd(Command.BLPOP).arg("key").arg(seconds));
            letGoAfterTwoMillis();

            assertEquals(seconds.equals("1e15"), loans.get(0).borrower().takesBack(submitted.get(0), LET_GO), seconds);
        }
    }

    /** A cluster that is down refuses it again and again, for as long as it may wait. */
    @Test
    void whatIsRefusedAgainAndAgainIsAnsweredInTheEnd() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(0));
        for (int i = 0; i < 10_000; i++) {
            loans.get(i).connection().complete(lent);
            assertTrue(loans.get(i).borrower().takesBack(submitted.get(i), LET_GO));
        }
        loans.get(10_000).connection().complete(lent);
        submitted.get(10_000).onReply(SimpleStringType.OK);

        assertSame(SimpleStringType.OK, answer.future().result());
    }

    /** Else whatever comes next would be sent to the same server, and be refused, too. */
    @Test
    void whatItsCallerGetsIsLearntFromAllTheSame() {
        List<ErrorType> learnt = new ArrayList<>();
        LoneCommand.Way way = new LoneCommand.Way() {
            @Override
            public Future<LentConnection> lend(List<Request> requests, Borrower borrower, long deadline) {
                return topology.lend(null, requests, borrower);
            }

            @Override
            public Optional<LoneCommand.Way> after(ErrorType error) {
                learnt.add(error);
                return Optional.of(this);
            }
        };
        ErrorType moved = ErrorType.create("MOVED 1 b:2");
        List<Request> requests = List.of(Request.cmd(Command.SET).arg("key").arg("1"),
                Request.cmd(Command.WAIT).arg(0).arg(10));
        BatchCommand batch = new BatchCommand(requests, Promise.promise(), CommandReport.NONE);
        new LoneCommand(way, options, batch, requests, System.nanoTime(), new TimeLimit()).start();
        loans.get(0).connection().complete(lent);
        assertFalse(loans.get(0).borrower().takesBack(batch, moved));
        assertEquals(List.of(moved), learnt);

        List<Request> single = List.of(Request.cmd(Command.BLPOP).arg("key").arg(10));
        SingleCommand overdue = new SingleCommand(single.get(0), answer, CommandReport.NONE);
        new LoneCommand(way, options, overdue, single, System.nanoTime(), new TimeLimit()).start();
        loans.get(1).connection().complete(lent);
        overdue.fail(new Exception("its time is over"));
        assertFalse(loans.get(1).borrower().takesBack(overdue, moved));
        assertEquals(List.of(moved, moved), learnt);
    }

    @Test
    void itsTimeCanBeLimitedWhereverItIs() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(0));
        loans.get(0).connection().complete(lent);
        limit.set(7);
        assertEquals(List.of("submit", "releaseWhenDone", "limitTime of 0 to 7"), calls);

        assertTrue(loans.get(0).borrower().takesBack(submitted.get(0), LET_GO));
        loans.get(1).connection().complete(lent);
        assertEquals(List.of("submit", "limitTime of 1 to 7", "releaseWhenDone"), calls.subList(3, calls.size()));
    }

    @Test
    void itsTimeCanBeLimitedBeforeThereIsAConnection() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(0));
        limit.set(7);
        loans.get(0).connection().complete(lent);
        assertEquals(List.of("submit", "limitTime of 0 to 7", "releaseWhenDone"), calls);
    }

    @Test
    void otherErrorsAreItsCallers() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        loans.get(0).connection().complete(lent);

        for (String error : List.of("UNBLOCKED client unblocked via CLIENT UNBLOCK", "WRONGTYPE", "READONLY", "BUSY ")) {
            assertFalse(loans.get(0).borrower().takesBack(submitted.get(0), ErrorType.create(error)), error);
        }
    }

    @Test
    void whereToGoIsLearntFromABatchToo() {
        List<String> learnt = new ArrayList<>();
        LoneCommand.Way way = new LoneCommand.Way() {
            @Override
            public Future<LentConnection> lend(List<Request> requests, Borrower borrower, long deadline) {
                loans.add(new Loan(requests.get(0), borrower, Promise.promise()));
                return Future.succeededFuture(lent);
            }

            @Override
            public Optional<LoneCommand.Way> after(ErrorType error) {
                learnt.add(error.getMessage());
                return Optional.of(this);
            }
        };
        List<Request> requests = Commands.requests("BLPOP key 10", "GET key");
        BatchCommand batch = new BatchCommand(requests, Promise.promise(), CommandReport.NONE);
        new LoneCommand(way, options, batch, requests, System.nanoTime(), new TimeLimit()).start();

        assertFalse(loans.get(0).borrower().takesBack(batch, ErrorType.create("REDIRECT h:1")));
        assertEquals(List.of("REDIRECT h:1"), learnt);
        assertEquals(1, loans.size());
    }

    @Test
    void whatHasFailedIsNotAskedForAgain() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));
        loans.get(0).connection().complete(lent);
        submitted.get(0).fail(new Exception("its time is over"));

        assertFalse(loans.get(0).borrower().takesBack(submitted.get(0), LET_GO));
    }

    /** Whatever its caller does with them meanwhile, and without memory for them once more. */
    @Test
    void whatIsSentAgainHasTheSameBytes() {
        byte[] value = { 'a' };
        Request request = Request.cmd(Command.SET).arg("key").arg(value);
        SingleCommand command = new SingleCommand(request, answer, CommandReport.NONE);
        run(new Way(Optional::of), command, request);
        loans.get(0).connection().complete(lent);
        value[0] = 'b';
        assertTrue(loans.get(0).borrower().takesBack(submitted.get(0), MOVED));
        loans.get(1).connection().complete(lent);

        assertNotSame(command, submitted.get(1));
        assertSame(command.part(0), submitted.get(1).part(0));
        submitted.get(1).onReply(SimpleStringType.OK);
        assertSame(SimpleStringType.OK, answer.future().result());
    }

    @Test
    void aLimitedTimeIsChangedInTheBytesThatWereSent() {
        byte[] key = { 'a' };
        start(Request.cmd(Command.BLPOP).arg(key).arg(10));
        loans.get(0).connection().complete(lent);
        key[0] = 'b';
        assertTrue(loans.get(0).borrower().takesBack(submitted.get(0), LET_GO));

        assertEquals("a", argument(loans.get(1).first(), 0));
    }

    /** It is about what was written on the server that it was sent to; another one has other replicas. */
    @Test
    void waitIsNotAskedOfAnotherServerEvenIfOnlyItsMarkerIsRefused() {
        SingleCommand marker = new SingleCommand(Request.cmd(Command.PUBLISH).arg("channel").arg(""), Promise.promise(),
                CommandReport.NONE);
        ErrorType readOnly = ErrorType.create("READONLY You can't write against a read only replica.");
        for (Request waiting : Commands.requests("WAIT 1 10000", "WAITAOF 0 1 0")) {
            loans.clear();
            submitted.clear();
            List<LoneCommand.Way> learnt = new ArrayList<>();
            run(new Way(way -> {
                learnt.add(way);
                return Optional.of(way);
            }), new SingleCommand(waiting, Promise.promise(), CommandReport.NONE), waiting);
            loans.get(0).connection().complete(lent);

            assertFalse(loans.get(0).borrower().takesBack(marker, readOnly));
            assertFalse(loans.get(0).borrower().takesBack(submitted.get(0), LET_GO));
            assertEquals(1, loans.size());
            assertEquals(2, learnt.size(), "What comes next goes to the right one");
        }
    }

    @Test
    void itExpectsNoMessages() {
        start(Request.cmd(Command.BLPOP).arg("key").arg(10));

        Borrower borrower = loans.get(0).borrower();
        assertFalse(borrower.expectsMessages());
        assertThrows(IllegalStateException.class, () -> borrower.onMessage(SimpleStringType.OK));
    }
}
