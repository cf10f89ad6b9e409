package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;

/** {@link ConnectionEnd}: how a connection ends, with a server that is the test. */
class NodeConnectionEndTest extends NodeConnectionBench {

    @Test
    void itIsClosedOnceAndNotFromWithin() {
        Promise<Response> unanswered = write("GET a");
        connection.flush();
        connection.close(cause);
        connection.close(new IllegalStateException("another reason"));

        assertFalse(connection.isOpen());
        assertFalse(connection.isWritable());
        assertSame(cause, connection.closeCause());
        assertEquals(List.of(), owner.events);

        server.runPendingTasks();
        server.close();
        assertEquals(List.of("closed with [GET] by the reason"), owner.events);
        assertFalse(connection.isEndedByPeer());
        assertFalse(unanswered.future().isComplete(), "what was in flight is the owner's");
    }

    @Test
    void nothingIsHandedOutWhileItIsBeingClosed() {
        owner.closesAtMessage = true;
        server.begin("+first;+second;");
        assertEquals(List.of("message first"), owner.events);
    }

    @Test
    void whatIsWrittenToOneThatIsClosedFails() {
        server.close();
        Promise<Response> late = write("GET a");
        connection.flush();
        server.runPendingTasks();
        assertTrue(late.future().failed());
        assertEquals(0, connection.inFlight());
    }

    @Test
    void theServerMayEndIt() {
        write("GET a");
        connection.flush();
        server.close();
        assertTrue(connection.isEndedByPeer());
        assertInstanceOf(ConnectException.class, connection.closeCause());
        assertEquals(List.of("closed with [GET] by The server closed the connection"), owner.events);
    }

    @Test
    void aBrokenSocketIsThePeersDoingAndAnythingElseIsOurs() {
        server.fail(new IOException("reset"));
        server.runPendingTasks();
        assertTrue(connection.isEndedByPeer());
        assertEquals(List.of("closed with [] by reset"), owner.events);
    }

    @Test
    void aHandlerThatThrowsEndsIt() {
        server.fail(cause);
        server.fail(new IOException("comes too late to be the reason"));
        server.runPendingTasks();
        assertFalse(connection.isEndedByPeer());
        assertEquals(List.of("closed with [] by the reason"), owner.events);
    }

    @Test
    void nonsenseEndsIt() {
        server.say("?;");
        assertFalse(server.isOpen());
        assertFalse(connection.isEndedByPeer());
    }

    @Test
    void aRetiringOneAnswersWhatIsInFlightAndEnds() {
        Promise<Response> first = write("GET a");
        Promise<Response> second = write("GET b");
        connection.flush();
        connection.retire(cause);
        connection.retire(new IllegalStateException("another reason"));

        assertTrue(connection.isOpen());
        assertFalse(connection.isWritable());
        server.say("$1;1;");
        assertTrue(first.future().succeeded());
        assertTrue(connection.isOpen());
        server.say("$1;2;");
        assertTrue(second.future().succeeded());
        assertFalse(server.isOpen());
        assertSame(cause, connection.closeCause());
    }

    @Test
    void aRetiringOneWithNothingInFlightEndsAtOnce() {
        connection.retire(cause);
        assertFalse(connection.isOpen());
        server.runPendingTasks();
        assertEquals(List.of("closed with [] by the reason"), owner.events);
        connection.retire(cause);
        assertFalse(connection.isOpen());
    }

    @Test
    void oneThatIsMadeAnewAnswersWhatIsInFlightFirst() {
        Promise<Response> first = write("GET a");
        connection.flush();
        connection.renew(cause);
        assertTrue(connection.isOpen());
        server.say("$1;1;");
        assertTrue(first.future().succeeded());
        assertFalse(server.isOpen());
        assertTrue(connection.isRenewed());
    }

    @Test
    void whoAsksIsToldOfTheEndOnceMoreIfThereIsOne() {
        connection.completeEnd();
        assertEquals(List.of(), owner.events);
        write("GET a");
        connection.flush();
        server.close();
        owner.events.clear();
        connection.completeEnd();
        assertEquals(List.of("closed with [] by The server closed the connection"), owner.events);
    }

    @Test
    void aRetiringOneMayBeClosedOrLost() {
        write("GET a");
        connection.flush();
        connection.retire(cause);
        server.close();
        assertTrue(connection.isEndedByPeer());
        assertEquals(List.of("closed with [GET] by The server closed the connection"), owner.events);
    }

    @Test
    void theOwnerOfAnAbandonedOneIsToldNothing() {
        write("GET a");
        connection.flush();
        CommandQueue left = connection.abandon(cause);
        server.runPendingTasks();
        assertEquals(1, left.size());
        assertFalse(server.isOpen());
        assertEquals(List.of(), owner.events);
        assertSame(cause, connection.closeCause());
        assertThrows(IllegalStateException.class, () -> connection.abandon(cause));
    }

    @Test
    void oneThatIsBeingClosedMayBeAbandoned() {
        write("GET a");
        connection.close(cause);
        assertEquals(1, connection.abandon(new IllegalStateException("another reason")).size());
        server.runPendingTasks();
        assertEquals(List.of(), owner.events);
        assertSame(cause, connection.closeCause());
    }
}
