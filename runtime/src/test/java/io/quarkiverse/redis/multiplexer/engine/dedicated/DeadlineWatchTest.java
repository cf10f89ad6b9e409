package io.quarkiverse.redis.multiplexer.engine.dedicated;

import static io.quarkiverse.redis.multiplexer.engine.dedicated.HandCommands.TIMEOUT_MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;

/** {@link DeadlineWatch}, as {@link DedicatedCommands} use it, on a clock that is turned by hand and about to overflow. */
class DeadlineWatchTest {

    private final HandCommands hand = new HandCommands();

    @AfterEach
    void stop() throws Exception {
        hand.stop();
    }

    @Test
    void aCommandThatIsNotAnsweredInTimeTakesTheConnectionWithIt() {
        Future<Response> get = hand.submit("GET a");
        hand.pass(TIMEOUT_MILLIS - 1);
        assertFalse(get.isComplete());
        hand.pass(1);
        assertTrue(assertInstanceOf(CommandTimeoutException.class, get.cause()).sent());
        assertFalse(hand.server.connection.isOpen());
    }

    @Test
    void whatIsAnsweredIsNotOverdue() {
        Future<Response> get = hand.submit("GET a");
        hand.say("_;");
        hand.pass(10 * TIMEOUT_MILLIS);
        assertTrue(get.succeeded());
        assertTrue(hand.server.connection.isOpen());
    }

    @Test
    void theTimeThatABlockingCommandAsksForIsItsOwnAndThatOfThoseBehindIt() {
        Future<Response> blocked = hand.submit("BLPOP a " + 2 * TIMEOUT_MILLIS / 1000);
        Future<Response> behind = hand.submit("GET a");
        hand.pass(3 * TIMEOUT_MILLIS - 1);
        assertFalse(blocked.isComplete());
        assertFalse(behind.isComplete());
        hand.pass(1);
        assertInstanceOf(CommandTimeoutException.class, blocked.cause());
        assertTrue(behind.failed());
    }

    @Test
    void whatMayBlockForEverHidesNoDeadlineBehindIt() {
        Future<Response> endless = hand.submit("BLPOP a 0");
        Future<Response> behind = hand.submit("GET a");
        hand.pass(TIMEOUT_MILLIS);
        assertInstanceOf(CommandTimeoutException.class, behind.cause());
        assertFalse(endless.isComplete());
        assertTrue(hand.server.connection.isOpen(), "The server is rightly busy with the first one.");
        hand.say("*2;$1;a;$1;1;_;");
        assertTrue(endless.succeeded());
    }

    @Test
    void whatIsOverdueBehindALargeCommandIsNotSentAfterItsCallerHasHeardThat() {
        hand.submit("BLPOP a 0");
        hand.server.beFull();
        Future<Response> large = hand.submit("SET k " + "x".repeat(300_000));
        Future<Response> behind = hand.submit("INCR n");
        hand.pass(TIMEOUT_MILLIS);
        assertTrue(assertInstanceOf(CommandTimeoutException.class, large.cause()).sent());
        assertFalse(assertInstanceOf(CommandTimeoutException.class, behind.cause()).sent());
        Future<Response> later = hand.submit("GET n");
        hand.server.beWritable();
        hand.settle();
        assertTrue(hand.server.connection.isOpen(), "The server is rightly busy with the first one.");
        List<String> sent = hand.server.takeSent();
        assertEquals(List.of("BLPOP a 0", "GET n"), List.of(sent.get(0), sent.get(sent.size() - 1)));
        assertEquals(3, sent.size(), "All but the one that its caller may have sent again");
        hand.say("*2;$1;a;$1;1;+OK;$1;7;");
        assertEquals("7", later.result().toString());
    }

    /** Without it, the others must not be executed. */
    @Test
    void aTransactionOfWhichAPartIsOverdueBehindALargeCommandIsNotExecuted() {
        hand.submit("BLPOP a 0");
        hand.submit("MULTI");
        hand.server.beFull();
        hand.submit("SET k " + "x".repeat(300_000));
        hand.submit("INCR n");
        hand.pass(TIMEOUT_MILLIS);
        Future<Response> exec = hand.submit("EXEC");
        hand.server.beWritable();
        hand.settle();
        List<String> sent = hand.server.takeSent();
        assertEquals(4, sent.size());
        assertEquals("DISCARD", sent.get(3));
        assertTrue(exec.cause().getMessage().startsWith("EXECABORT"), exec.cause().getMessage());
    }

    @Test
    void nobodyWaitsForEverForWhatNobodyCanEndAnyMore() {
        Future<Response> endless = hand.submit("BLPOP a 0");
        hand.pass(TimeUnit.DAYS.toMillis(3));
        assertFalse(endless.isComplete());
        hand.commands.limitTime();
        hand.pass(TIMEOUT_MILLIS);
        assertInstanceOf(CommandTimeoutException.class, endless.cause());
        assertFalse(hand.server.connection.isOpen());
    }

    @Test
    void oneCommandAloneCanBeLimited() {
        Future<Response> endless = hand.submit("BLPOP a 0");
        hand.commands.limitTime(hand.server.connection.oldestInFlight().orElseThrow(),
                hand.now() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS));
        hand.pass(TIMEOUT_MILLIS - 1);
        assertFalse(endless.isComplete());
        hand.pass(1);
        assertInstanceOf(CommandTimeoutException.class, endless.cause());
    }

    @Test
    void whatWaitsForTheAnswersOfOthersHasItsDeadlineToo() {
        hand.submit("BLPOP a 0");
        Future<Response> wait = hand.submit("WAIT 1 100");
        Future<Response> behind = hand.submit("GET a");
        hand.pass(TIMEOUT_MILLIS);
        assertFalse(assertInstanceOf(CommandTimeoutException.class, wait.cause()).sent());
        assertTrue(hand.server.connection.isOpen());
        assertEquals(List.of("BLPOP a 0", "GET a"), hand.server.takeSent());
        assertFalse(behind.isComplete(), "It may take as much longer as the one before it might have.");
    }

    /** What comes behind an unsent MULTI would be executed at once. */
    @Test
    void whatOthersRelyOnAndIsNotSentTakesTheConnectionWithIt() {
        hand.submit("BLPOP a 0");
        hand.submit("WAIT 1 0");
        Future<Response> multi = hand.submit("MULTI");
        hand.pass(2 * TIMEOUT_MILLIS);
        assertFalse(assertInstanceOf(CommandTimeoutException.class, multi.cause()).sent());
        assertFalse(hand.server.connection.isOpen());
    }

    @Test
    void aMarkerHasTheTimeOfAnOrdinaryCommandWhereItsWaitHasNoEnd() {
        Future<Response> wait = hand.submit("WAIT 1 0");
        hand.pass(TIMEOUT_MILLIS);
        assertFalse(hand.server.connection.isOpen());
        hand.settle();
        assertTrue(wait.failed());
    }

    @Test
    void whatIsTakenBackHasNoDeadlineHereAnyMore() {
        Future<Response> get = hand.submit("GET a");
        hand.commands.forget(hand.server.connection.oldestInFlight().orElseThrow());
        assertFalse(hand.commands.areAwaited());
        hand.pass(2 * TIMEOUT_MILLIS);
        assertFalse(get.isComplete());
    }
}
