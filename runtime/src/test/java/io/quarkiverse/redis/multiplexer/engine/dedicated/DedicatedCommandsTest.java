package io.quarkiverse.redis.multiplexer.engine.dedicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;

/** {@link DedicatedCommands}: what is written when, and what is left behind. */
class DedicatedCommandsTest {

    private static final String MARKER = "PUBLISH " + ReplicationMarker.CHANNEL + " ";

    private final HandCommands hand = new HandCommands();

    @AfterEach
    void stop() throws Exception {
        hand.stop();
    }

    @Test
    void mostCommandsAreWrittenAtOnce() {
        hand.submit("SET a 1");
        hand.submit("BLPOP b 0");
        hand.submitBatch("GET a;GET b");
        assertEquals(List.of("SET a 1", "BLPOP b 0", "GET a", "GET b"), hand.server.takeSent());
        assertTrue(hand.commands.areAwaited());
        hand.say("+OK;*-1;$1;1;_;");
        assertFalse(hand.commands.areAwaited());
        assertTrue(hand.commands.haveLeftNothing());
    }

    @Test
    void aWaitComesBehindItsMarkerAndOthersBehindTheWait() {
        Future<Response> write = hand.submit("SET a 1");
        Future<Response> wait = hand.submit("WAIT 1 100");
        Future<Response> behind = hand.submit("GET a");
        assertEquals(List.of("SET a 1"), hand.server.takeSent());
        hand.say("+OK;");
        assertTrue(write.succeeded());
        assertEquals(List.of(MARKER), hand.server.takeSent());
        hand.say(":0;");
        assertEquals(List.of("WAIT 1 100", "GET a"), hand.server.takeSent());
        hand.say(":1;$1;1;");
        assertEquals(1, wait.result().toInteger());
        assertEquals("1", behind.result().toString());
    }

    @Test
    void whoMayNotPublishMarksOtherwise() {
        Future<Response> wait = hand.submit("WAIT 1 100");
        assertEquals(List.of(MARKER), hand.server.takeSent());
        hand.say("-NOPERM no permissions to access channel;");
        assertEquals(List.of("SWAPDB 0 0"), hand.server.takeSent());
        hand.say("+OK;");
        assertEquals(List.of("WAIT 1 100"), hand.server.takeSent());
        hand.say(":2;");
        assertEquals(2, wait.result().toInteger());
    }

    @Test
    void withoutAMarkerAWaitFailsUnlessItIsAboutItsOwnWrites() {
        Future<Response> wait = hand.submit("WAIT 1 100");
        refuseMarkers();
        assertTrue(wait.cause().getMessage().startsWith("NOPERM wait cannot tell about writes"), wait.cause().getMessage());
        Future<List<Response>> batch = hand.submitBatch("SET a 1;WAIT 1 100");
        refuseMarkers();
        assertEquals(List.of("SET a 1", "WAIT 1 100"), hand.server.takeSent());
        hand.say("+OK;:1;");
        assertTrue(batch.succeeded());
    }

    @Test
    void inAClusterAnotherRightIsNeeded() throws Exception {
        HandCommands cluster = new HandCommands(ReplicationMarker.FUNCTIONS);
        Future<Response> wait = cluster.submit("WAIT 1 100");
        assertTrue(cluster.server.takeSent().get(0).startsWith("FUNCTION RESTORE "));
        cluster.say("-NOPERM no function|restore;");
        assertTrue(wait.cause().getMessage().contains("ACL SETUSER <user> +function|restore"), wait.cause().getMessage());
        cluster.stop();
    }

    private void refuseMarkers() {
        hand.server.takeSent();
        hand.say("-NOPERM no publish;");
        hand.server.takeSent();
        hand.say("-NOPERM no swapdb;");
    }

    @Test
    void whatRefusesTheMarkerForOtherReasonsRefusesTheWait() {
        Future<Response> wait = hand.submit("WAIT 1 100");
        hand.say("-BUSY Redis is busy running a script.;");
        assertEquals("BUSY Redis is busy running a script.", wait.cause().getMessage());
    }

    @Test
    void aWaitInATransactionNeedsNoMarker() {
        hand.submitBatch("MULTI;WAIT 1 100;EXEC");
        assertEquals(List.of("MULTI", "WAIT 1 100", "EXEC"), hand.server.takeSent());
    }

    @Test
    void aTransactionThatLacksAPartIsDiscarded() {
        hand.submit("MULTI");
        hand.submit("SET a 1");
        hand.commands.partFailed(new IllegalStateException("no memory for it"));
        Future<Response> exec = hand.submit("EXEC");
        assertEquals(List.of("MULTI", "SET a 1", "DISCARD"), hand.server.takeSent());
        assertTrue(exec.cause().getMessage().startsWith("EXECABORT"), exec.cause().getMessage());
        assertTrue(exec.cause().getMessage().contains("no memory for it"), exec.cause().getMessage());
        hand.say("+OK;+QUEUED;+OK;");
        assertTrue(hand.commands.haveLeftNothing());
        hand.submit("EXEC");
        assertEquals(List.of("EXEC"), hand.server.takeSent(), "The next transaction is another one.");
    }

    @Test
    void whoExecutesATransactionWhenAPartOfItHasJustFailedIsToldThatItIsBroken() {
        hand.submit("MULTI");
        hand.say("+OK;");
        Promise<Response> late = Promise.promise();
        List<Future<Response>> executed = new ArrayList<>();
        late.future().onFailure(cause -> executed.add(hand.submit("EXEC")));
        hand.submitOverdue("SET a 1", late);
        assertEquals(List.of("MULTI", "DISCARD"), hand.server.takeSent());
        assertTrue(executed.get(0).cause().getMessage().startsWith("EXECABORT"));
    }

    @Test
    void aTransactionThatCannotBeDiscardedEndsWithItsConnection() {
        hand.submit("MULTI");
        hand.commands.partFailed(new IllegalStateException("no memory for it"));
        hand.submit("EXEC");
        hand.say("+OK;-NOPERM this user has no permissions to run the 'discard' command;");
        assertFalse(hand.server.connection.isOpen());
    }

    @Test
    void whatFailsOutsideOfATransactionBreaksNone() {
        hand.commands.partFailed(new IllegalStateException("no memory for it"));
        hand.submit("MULTI");
        hand.submit("EXEC");
        assertEquals(List.of("MULTI", "EXEC"), hand.server.takeSent());
    }

    @Test
    void aFailureHasItsPlaceBehindWhatWaits() {
        hand.submit("SET a 1");
        hand.submit("WAIT 1 100");
        hand.submit("MULTI");
        hand.commands.partFailed(new IllegalStateException("no memory for it"));
        Future<Response> exec = hand.submit("EXEC");
        assertEquals(List.of("SET a 1"), hand.server.takeSent());
        hand.say("+OK;");
        hand.say(":0;");
        hand.server.takeSent();
        assertTrue(exec.failed());
        hand.say(":1;+OK;+OK;");
        assertTrue(hand.commands.haveLeftNothing());
    }

    @Test
    void moreThanMayBePendingFailAndBreakTheirTransaction() {
        hand.submit("MULTI");
        for (int i = 1; i < HandCommands.MAX_PENDING; i++) {
            hand.submit("SET a " + i);
        }
        Future<Response> tooMany = hand.submit("SET a b");
        assertInstanceOf(BacklogFullException.class, tooMany.cause());
        hand.say("+OK;" + "+QUEUED;".repeat(HandCommands.MAX_PENDING - 1));
        hand.server.takeSent();
        assertTrue(hand.submit("EXEC").cause().getMessage().startsWith("EXECABORT"));
        assertEquals(List.of("DISCARD"), hand.server.takeSent());
    }

    /** SELECT, for one: what follows would be executed in another database. */
    @ParameterizedTest
    @ValueSource(strings = { "MULTI", "WATCH a", "SELECT 1" })
    void whatIsMissingThatOthersRelyOnTakesTheConnectionWithIt(String missing) {
        for (int i = 0; i < HandCommands.MAX_PENDING; i++) {
            hand.submit("GET a");
        }
        assertInstanceOf(BacklogFullException.class, hand.submit(missing).cause());
        assertFalse(hand.server.connection.isOpen());
        assertFalse(((ConnectionLostException) hand.submit("SET a 1").cause()).sent());
    }

    @Test
    void execTellsAtOnceThatAPartCouldNotBeWritten() {
        hand.submit("MULTI");
        hand.say("+OK;");
        hand.server.takeSent();
        Future<Response> set = hand.submitWithoutMemory("SET a 1");
        Future<Response> exec = hand.submit("EXEC");
        assertInstanceOf(BacklogFullException.class, set.cause());
        assertEquals(List.of("DISCARD"), hand.server.takeSent());
        assertTrue(exec.cause().getMessage().startsWith("EXECABORT"), exec.cause().getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = { "MULTI", "WATCH a", "SELECT 1" })
    void nothingIsWrittenBehindWhatCouldNotBeWrittenIfItReliesOnThat(String missing) {
        Future<Response> unwritten = hand.submitWithoutMemory(missing);
        Future<Response> behind = hand.submit("FLUSHDB");
        assertInstanceOf(BacklogFullException.class, unwritten.cause());
        assertFalse(((ConnectionLostException) behind.cause()).sent());
        assertEquals(List.of(), hand.server.takeSent());
        assertFalse(hand.server.connection.isOpen());
    }

    @Test
    void aLoginIsNoPartOfATransaction() {
        hand.submit("MULTI");
        Future<Response> login = hand.submit("AUTH secret");
        assertTrue(login.failed());
        assertEquals(List.of("MULTI"), hand.server.takeSent());
        assertTrue(hand.submit("EXEC").cause().getMessage().startsWith("EXECABORT"));
    }

    @Test
    void aLoginIsAlone() {
        hand.submit("GET a");
        hand.submit("AUTH secret");
        hand.submit("GET b");
        assertEquals(List.of("GET a"), hand.server.takeSent());
        hand.say("_;");
        assertEquals(List.of("AUTH secret"), hand.server.takeSent());
        hand.say("+OK;");
        assertEquals(List.of("GET b"), hand.server.takeSent());
        hand.say("_;");
        assertFalse(hand.commands.haveLeftNothing(), "It is somebody else's connection now.");
    }

    @Test
    void whatIsLeftIsForgottenOnlyByTheNextBorrower() {
        hand.submit("SELECT 1");
        hand.say("+OK;");
        assertFalse(hand.commands.haveLeftNothing());
        hand.commands.begin();
        assertTrue(hand.commands.haveLeftNothing());
    }

    @Test
    void whatHasNotBeenWrittenEndsWithTheConnection() {
        Future<Response> sent = hand.submit("SET a 1");
        Future<Response> unsent = hand.submit("WAIT 1 100");
        hand.server.close();
        hand.settle();
        assertTrue(((ConnectionLostException) sent.cause()).sent());
        assertFalse(((ConnectionLostException) unsent.cause()).sent());
        assertFalse(((ConnectionLostException) hand.submit("GET a").cause()).sent());
    }
}
