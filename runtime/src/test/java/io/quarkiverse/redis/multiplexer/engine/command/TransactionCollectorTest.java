package io.quarkiverse.redis.multiplexer.engine.command;

import static io.quarkiverse.redis.multiplexer.engine.command.CollectorState.BROKEN;
import static io.quarkiverse.redis.multiplexer.engine.command.CollectorState.COLLECTING;
import static io.quarkiverse.redis.multiplexer.engine.command.CollectorState.NONE;
import static io.quarkiverse.redis.multiplexer.engine.command.CollectorState.ON_SERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.TransactionMode;
import io.quarkiverse.redis.multiplexer.engine.command.TransactionCollector.Fate;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** A {@link TransactionCollector} and its {@link QueueingErrors}, by hand. */
class TransactionCollectorTest extends TransactionByHand {

    private static final Map<CollectorState, Set<CollectorState>> TRANSITIONS = Map.of(
            NONE, EnumSet.of(COLLECTING, ON_SERVER), COLLECTING, EnumSet.of(BROKEN, NONE, ON_SERVER),
            BROKEN, EnumSet.of(NONE, ON_SERVER), ON_SERVER, EnumSet.of(NONE));
    private static final ErrorType ABORTED = ErrorType.create("EXECABORT Transaction discarded because of previous errors.");

    @ParameterizedTest
    @EnumSource
    void aStateBecomesTheseAndNoOthers(CollectorState state) {
        Set<CollectorState> next = EnumSet.allOf(CollectorState.class);
        next.removeIf(candidate -> !state.canBecome(candidate));
        assertEquals(TRANSITIONS.get(state), next);
    }

    @Test
    void whatHasNoTransactionIsPassed() {
        for (String request : List.of("GET a", "EXEC", "DISCARD", "WATCH a", "SELECT 1", "BLPOP a 1", "RESET")) {
            assertEquals(Fate.PASSED, fate(request), request);
        }
        assertEquals(List.of(Fate.PASSED, Fate.PASSED), List.of(fate("MULTI", "INCR a"), fate("MULTI", "INCR a", "EXEC")));
    }

    @Test
    void whatTheServerWouldQueueIsKeptAndAllElseIsSent() {
        keep("MULTI");
        for (String request : List.of("GET a", "SET a 1", "PUBLISH c m", "CLIENT LIST", "SCRIPT EXISTS a")) {
            assertEquals(Fate.KEPT, fate(request), request);
        }
        assertEquals(Fate.KEPT, fate("GET a", "SET a 1"));
        assertEquals(Fate.EXECUTED, fate("EXEC"));
        assertEquals(Fate.DISCARDED, fate("DISCARD"));
        for (String request : List.of("MULTI", "WATCH a", "UNWATCH", "SELECT 1", "BLPOP a 1", "WAIT 1 1", "RESET", "QUIT",
                "CLIENT ID", "AUTH a", "MONITOR")) {
            assertEquals(Fate.SENT_AFTER, fate(request), request);
        }
        assertEquals(Fate.SENT_AFTER, fate("GET a", "EXEC"));
        assertEquals(Fate.SENT_AFTER, fate("GET a", "BLPOP a 1"));
        assertEquals(Fate.SENT_AFTER, collector.fateOf(Commands.requests("SET a large"), Route.BLOCKING), "It is oversized");
    }

    @Test
    void answersAreThoseOfAServer() {
        assertSame(SimpleStringType.OK, collector.answerTo(Commands.requests("MULTI")));
        assertEquals("QUEUED", collector.answerTo(Commands.requests("GET a")).toString());
        assertInstanceOf(SimpleStringType.class, collector.answerTo(Commands.requests("GET a")));
    }

    @Test
    void allOfItIsOneCommandThatIsExecutedByItsLastOne() {
        keep("MULTI");
        keep("INCR a");
        keep("INCR b", "INCR c");
        PendingCommand all = collector.executedBy(exec());

        assertEquals("multi incr a incr b incr c exec", text(all));
        assertEquals(5, all.size());
        assertEquals("a transaction of 3 commands", all.name());
        assertFalse(all.isSingle());
        reply(all, "OK", "QUEUED", "QUEUED", "QUEUED");
        assertTrue(all.isSingle(), "An error of EXEC would mean that nothing was executed");
        reply(all, "[]");
        assertEquals("[]", executed.future().result().toString());
        assertFalse(all.leftTrace());
        assertEquals(Fate.KEPT, fate("MULTI"), "It is over");
    }

    @Test
    void watchedKeysThatHaveChangedAreNoResult() {
        keep("MULTI");
        PendingCommand all = collector.executedBy(exec());
        reply(all, "OK");
        all.onReply(null);
        assertTrue(executed.future().succeeded());
        assertNull(executed.future().result());
    }

    @Test
    void whatTheServerRefusedToQueueIsToldByExec() {
        keep("MULTI");
        keep("FOO a");
        keep("INCR a");
        keep("INCR");
        PendingCommand all = collector.executedBy(exec());
        reply(all, "OK", "-ERR unknown command", "QUEUED", "-OOM command not allowed");
        all.onReply(ABORTED);

        assertEquals("EXECABORT Transaction discarded because of previous errors: [0] FOO: ERR unknown command;"
                + " [2] incr: OOM command not allowed", executed.future().cause().getMessage());
    }

    @Test
    void anErrorThatIsNotAboutQueueingStaysAsItIs() {
        ErrorType error = ErrorType.create("NOPERM no EXEC for you");
        keep("MULTI");
        PendingCommand all = collector.executedBy(exec());
        reply(all, "OK");
        all.onReply(error);
        assertSame(error, executed.future().cause());
    }

    @Test
    void aMultiThatIsRefusedIsToldAndTheLastThatIsCollected() {
        keep("MULTI");
        keep("INCR a");
        PendingCommand all = collector.executedBy(exec());
        reply(all, "-NOPERM no MULTI", "1", "-ERR EXEC without MULTI");
        String message = executed.future().cause().getMessage();
        assertTrue(message.startsWith("NOPERM no MULTI (") && message.contains("one by one"), message);
        assertTrue(access.isRefused());
        assertEquals(Fate.PASSED, fate("MULTI"));
    }

    @Test
    void aFailureIsThatOfExec() {
        keep("MULTI");
        Throwable lost = new IllegalStateException("lost");
        collector.executedBy(exec()).fail(lost);
        assertSame(lost, executed.future().cause());
    }

    @Test
    void aReplyThatIsDroppedIsThatOfExec() {
        keep("MULTI");
        PendingCommand all = collector.executedBy(exec());
        reply(all, "OK");
        Throwable dropped = new IllegalStateException("too large");
        all.onDroppedReply(dropped);
        assertSame(dropped, executed.future().cause());
    }

    @Test
    void aPartThatFailedBreaksItUntilItsEnd() {
        Throwable cause = new IllegalStateException("no room");
        assertFalse(collector.partFailed(cause), "There is nothing to break");
        assertFalse(collector.isOpen());
        keep("MULTI");
        assertTrue(collector.isOpen());
        assertTrue(collector.partFailed(cause));
        assertTrue(collector.partFailed(new IllegalStateException("later")));
        keep("INCR a");
        assertEquals(Optional.of(cause), collector.problem());
        assertEquals(Fate.EXECUTED, fate("EXEC"));
        collector.end();
        assertEquals(Optional.empty(), collector.problem());
        assertEquals(BUDGET, left());
    }

    @Test
    void ofABrokenOneOnlyItsMultiIsSent() {
        keep("MULTI");
        keep("INCR a");
        collector.partFailed(new IllegalStateException("no room"));
        assertEquals("multi", text(collector.sentSoFar(CommandReport.NONE, Commands.requests("BLPOP a 1"))));
    }

    @Test
    void whatIsSentWithoutItsEndIsTheServersAndItsEndTellsTheErrors() {
        keep("MULTI");
        keep("FOO a");
        PendingCommand begun = collector.sentSoFar(CommandReport.NONE, Commands.requests("BLPOP a 1"));
        assertEquals("multi FOO a", text(begun));
        for (String request : List.of("MULTI", "INCR a", "EXEC")) {
            assertEquals(Fate.PASSED, fate(request), request);
        }
        PendingCommand pop = new SingleCommand(Commands.request("BLPOP a 1"), Promise.promise(), CommandReport.NONE);
        assertSame(pop, collector.sent(pop, Commands.requests("BLPOP a 1")));
        PendingCommand exec = exec();
        PendingCommand end = collector.sent(exec, Commands.requests("EXEC"));
        assertEquals("exec", end.name());
        assertEquals("exec", text(end));
        reply(begun, "OK", "-ERR unknown command");
        end.onReply(ABORTED);
        assertTrue(executed.future().cause().getMessage().endsWith("errors: [0] FOO: ERR unknown command"));
        assertEquals(Fate.KEPT, fate("MULTI"), "It is over");
    }

    @ParameterizedTest
    @ValueSource(strings = { "EXEC", "DISCARD", "RESET" })
    void whatBeganOnTheServerEndsThere(String end) {
        PendingCommand batch = new BatchCommand(Commands.requests("MULTI", "INCR a"), Promise.promise(), CommandReport.NONE);
        assertSame(batch, collector.sent(batch, Commands.requests("MULTI", "INCR a")));
        assertEquals(Fate.PASSED, fate("MULTI"), "The server would say that it is nested");
        PendingCommand last = exec();
        assertSame(last, collector.sent(last, Commands.requests(end)));
        assertEquals(end.equals("RESET") ? Fate.PASSED : Fate.KEPT, fate("MULTI"), "It may be another user's by now");
    }

    @Test
    void whatWasLeftIsOver() {
        collector.sent(exec(), Commands.requests("MULTI"));
        collector.left();
        assertEquals(Fate.KEPT, fate("MULTI"));
    }

    @Test
    void itsBytesAreReservedUntilItsEnd() {
        keep("MULTI");
        long one = BUDGET - left();
        keep("SET a " + "x".repeat(1000));
        assertTrue(left() < BUDGET - one - 1000);
        collector.end();
        assertEquals(BUDGET, left());

        keep("MULTI");
        keep("INCR a");
        PendingCommand all = collector.executedBy(exec());
        assertEquals(BUDGET, left(), "Who takes it counts it");

        keep("MULTI");
        PendingCommand exec = exec();
        bytes.reserve(exec.bytes());
        all = collector.countedAndExecutedBy(exec);
        assertEquals(BUDGET - all.bytes(), left());
        all.fail(new IllegalStateException("lost"));
        assertEquals(BUDGET, left());

        keep("MULTI");
        keep("INCR a");
        all = collector.sentSoFar(CommandReport.NONE, Commands.requests("BLPOP a 1"));
        assertEquals(BUDGET - all.bytes(), left());
        reply(all, "OK", "QUEUED");
        assertEquals(BUDGET, left());
    }

    @Test
    void whatHasNoRoomIsNotKept() {
        keep("MULTI");
        Throwable tooLarge = collector.keep(command("SET a " + "x".repeat((int) BUDGET)), Commands.requests("SET a x"))
                .orElseThrow();
        assertInstanceOf(BacklogFullException.class, tooLarge);
        for (int i = 0; i < 4; i++) {
            keep("INCR a");
        }
        Throwable tooMany = collector.keep(command("INCR a"), Commands.requests("INCR a")).orElseThrow();
        assertTrue(tooMany.getMessage().contains("max-pending)"), tooMany.getMessage());
        collector.partFailed(tooMany);
        assertTrue(collector.keep(command("INCR a"), Commands.requests("INCR a")).isPresent(), "Not even where it is broken");
        assertEquals("multi incr a incr a incr a incr a exec", text(collector.executedBy(exec())));
    }

    @Test
    void anOrdinaryRequestIsKeptAtOnce() {
        assertEquals(Optional.empty(), atOnce("INCR a"), "There is no transaction");
        assertSame(SimpleStringType.OK, atOnce("MULTI").orElseThrow());
        assertEquals("QUEUED", atOnce("INCR a").orElseThrow().toString());
        assertEquals("QUEUED", atOnce("CLIENT LIST").orElseThrow().toString());
        for (String other : List.of("MULTI", "EXEC", "DISCARD", "WATCH a", "SELECT 1", "BLPOP a 1", "CLIENT ID")) {
            assertEquals(Optional.empty(), atOnce(other), other);
        }
        keep("INCR b", "INCR c");
        assertEquals(Optional.empty(), atOnce("INCR d"), "There is no room for one more");
        assertEquals("multi incr a client LIST incr b incr c exec", text(collector.executedBy(exec())));
        assertEquals(Optional.empty(), atOnce("INCR a"), "It is over");
        assertEquals(BUDGET, left());
    }

    @Test
    void whatMustBeToldWhyItIsNotKeptIsNotKeptAtOnce() {
        assertEquals(Optional.empty(), atOnce("MULTI", collector(TransactionAccess.of(TransactionMode.COLLECTED), false)));
        assertEquals(Optional.empty(), atOnce("MULTI", collector(TransactionAccess.of(TransactionMode.IMMEDIATE), false)));
        assertTrue(atOnce("MULTI").isPresent());
        assertEquals(Optional.empty(), atOnce("SET a " + "x".repeat((int) BUDGET)));
        collector.partFailed(new IllegalStateException("no room"));
        assertEquals(Optional.empty(), atOnce("INCR a"), "It is broken");
        collector.end();
        keep("MULTI");
        access.refused(ErrorType.create("NOPERM no multi"));
        assertEquals(Optional.empty(), atOnce("INCR a"));
    }

    private Optional<Response> atOnce(String request) {
        return atOnce(request, collector);
    }

    private static Optional<Response> atOnce(String words, TransactionCollector collector) {
        Request request = Commands.request(words);
        return collector.keepAtOnce(CommandSpec.of(request), request, Route.of(request), RequestSize.of(request));
    }

    @Test
    void whileAccessIsUnknownItIsKeptAndNotExecuted() {
        collector = collector(TransactionAccess.of(TransactionMode.COLLECTED), false);
        assertEquals(Fate.ASKED, fate("MULTI"));
        keep("MULTI");
        assertEquals(Fate.KEPT, fate("INCR a"));
        assertEquals(Fate.SENT_AFTER, fate("EXEC"));
        assertEquals(Fate.SENT_AFTER, fate("DISCARD"));
    }

    @Test
    void whereAccessIsRefusedAMultiIsKeptOnlyUntilItsPlaceIsKnown() {
        TransactionAccess refused = TransactionAccess.of(TransactionMode.IMMEDIATE);
        collector = collector(refused, false);
        assertEquals(Fate.PASSED, fate("MULTI"));
        collector = collector(refused, true);
        assertEquals(Fate.KEPT, fate("MULTI"));
        keep("MULTI");
        for (String request : List.of("INCR a", "EXEC", "DISCARD")) {
            assertEquals(Fate.SENT_AFTER, fate(request), request);
        }
    }

    @Test
    void itsPlaceIsThatOfItsFirstKeys() {
        collector = collector(access, true);
        keep("MULTI");
        List<Request> next = Commands.requests("BLPOP c 1");
        assertSame(next, collector.placing(next));
        keep("PING");
        keep("INCR a", "INCR b");
        assertEquals("a", firstArgument(collector.placing(next)));
        assertEquals(Slot.SEVERAL, collector.executedBy(exec()).slot(Commands.unasked()));
        assertSame(next, collector.placing(next));
    }
}
