package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** A connection, with a server that is the test. */
class NodeConnectionTest {

    private final Vertx vertx = Vertx.vertx();
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final Owner owner = new Owner();
    private final HandSocket server = new HandSocket(
            VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0)), failures, owner);
    private final NodeConnection connection = server.connection;
    private final Throwable cause = new IllegalStateException("the reason");

    @AfterEach
    void stop() throws Exception {
        server.close();
        await(vertx.close());
    }

    @Test
    void repliesGoToTheirCommandsAndTheRestToTheListener() {
        Promise<Response> first = write("GET a");
        Promise<Response> second = write("GET b");
        connection.flush();
        assertEquals(List.of("GET a", "GET b"), server.takeSent());
        assertEquals(2, connection.inFlight());

        server.say(">2;+push;:1;$1;1;$1;2;+nobody's;");

        assertEquals("1", first.future().result().toString());
        assertEquals("2", second.future().result().toString());
        assertEquals(List.of("message [push, 1]", "answer GET", "answer GET", "message nobody's", "read complete", "read"),
                owner.events);
        assertEquals(0, connection.inFlight());
        assertEquals(2, connection.answered());
        assertEquals(4, connection.answeredOrMessages());
        assertTrue(connection.mayHaveRunLast("get"));
        assertFalse(connection.mayHaveRunLast("set"));
    }

    @Test
    void anErrorThatTheListenerTakesBackIsNotTheCallers() {
        owner.takes = true;
        Promise<Response> taken = write("GET a");
        connection.flush();
        server.say("-LOADING not yet;");
        assertFalse(taken.future().isComplete());

        owner.takes = false;
        Promise<Response> told = write("GET b");
        connection.flush();
        server.say("-ERR no;");
        assertInstanceOf(ErrorType.class, told.future().cause());
        assertEquals(List.of("answer GET", "refused LOADING not yet", "read complete", "read", "answer GET", "refused ERR no",
                "read complete", "read"), owner.events);
    }

    @Test
    void whatIsDroppedIsToldToo() {
        Promise<Response> dropped = write("GET a");
        connection.flush();
        String tooDeep = "*1;".repeat(20) + ":1;";
        server.say(tooDeep + tooDeep);
        assertTrue(dropped.future().failed());
        assertEquals(List.of("dropped answer GET", "dropped message", "read complete", "read"), owner.events);
        assertTrue(connection.isOpen());
    }

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

    @Test
    void aSuspectedOneTakesNothingNewAndAnswersTheRest() {
        Promise<Response> promise = write("GET a");
        connection.flush();
        connection.suspect();
        assertFalse(connection.isWritable());
        server.say("$1;1;");
        assertTrue(promise.future().succeeded());
        connection.trust();
        assertTrue(connection.isWritable());
    }

    @Test
    void theNextOwnerIsToldFromThenOn() {
        Owner next = new Owner();
        connection.handOver(next);
        server.say("+nobody's;");
        server.close();
        assertEquals(List.of(), owner.events);
        assertEquals(List.of("handed over", "message nobody's", "read complete", "read",
                "closed with [] by The server closed the connection"), next.events);
    }

    @Test
    void aCommandThatMustBeAloneWaitsAndIsWaitedFor() {
        write("GET a");
        SingleCommand alone = command("AUTH x", Promise.promise());
        alone.exclusive = true;
        connection.write(alone);
        connection.flush();
        assertEquals(List.of("GET a"), server.takeSent());
        assertFalse(connection.isWritable());
        Promise<Response> behind = write("GET b");
        server.say("$1;1;");
        assertEquals(List.of("AUTH x"), server.takeSent());
        server.say("+OK;");
        assertEquals(List.of("GET b"), server.takeSent());
        assertTrue(connection.isWritable());
        server.say("$1;2;");
        assertTrue(behind.future().succeeded());
        assertEquals(1, owner.events.stream().filter("writable"::equals).count());
    }

    @Test
    void aRequestWhoseAnswerTheOwnerRecognizesKeepsOthersFromBeingAlone() {
        connection.sendUnanswered(Commands.request("SUBSCRIBE c"));
        assertEquals(List.of("SUBSCRIBE c"), server.takeSent());
        SingleCommand alone = command("AUTH x", Promise.promise());
        alone.exclusive = true;
        connection.write(alone);
        connection.sendUnanswered(Commands.request("SUBSCRIBE d"));
        assertEquals(List.of(), server.takeSent());
        connection.answerRecognized();
        assertEquals(List.of("AUTH x"), server.takeSent());
        server.say("+OK;");
        assertEquals(List.of("SUBSCRIBE d"), server.takeSent());
    }

    @Test
    void whatIsOverdueFailsAndKeepsItsPlace() {
        Promise<Response> late = Promise.promise();
        SingleCommand overdue = command("GET a", late);
        overdue.mustEndBy(System.nanoTime());
        connection.write(overdue);
        Promise<Response> next = write("GET b");
        connection.flush();
        assertEquals(1, connection.expire(System.nanoTime()));
        assertEquals(0, connection.expire(System.nanoTime()));
        assertTrue(late.future().failed());
        server.say("$1;1;$1;2;");
        assertEquals("2", next.future().result().toString());
    }

    @Test
    void aBatchThatLeavesATransactionOpenEndsASharedConnection() {
        write(new BatchCommand(Commands.requests("MULTI", "EXEC"), Promise.promise(), CommandReport.NONE));
        server.say("+OK;-ERR no EXEC for you;");
        assertFalse(connection.isOpen());
    }

    @Test
    void anUnaskedReplyEndsAConnectionForCommandsOnlyAndAPushDoesNot() {
        CommandTraffic traffic = new CommandTraffic() {
        };
        connection.handOver(new Owner() {
            @Override
            public TrafficListener traffic() {
                return traffic;
            }
        });
        server.say(">2;+push;:1;");
        assertTrue(connection.isOpen());
        server.say("+nobody's;");
        assertFalse(connection.isOpen());
    }

    private Promise<Response> write(String words) {
        Promise<Response> promise = Promise.promise();
        connection.write(command(words, promise));
        return promise;
    }

    private void write(PendingCommand command) {
        command.mustEndBy(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        connection.write(command);
        connection.flush();
    }

    private static SingleCommand command(String words, Promise<Response> promise) {
        SingleCommand command = new SingleCommand(Commands.request(words), promise, CommandReport.NONE);
        command.mustEndBy(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        return command;
    }

    private static class Owner implements ConnectionOwner, TrafficListener {

        final List<String> events = new ArrayList<>();
        boolean takes;
        boolean closesAtMessage;

        private static String name(PendingCommand command) {
            return command.name().toUpperCase(Locale.ROOT);
        }

        @Override
        public TrafficListener traffic() {
            return this;
        }

        @Override
        public void onHandedOver(NodeConnection connection) {
            events.add("handed over");
        }

        @Override
        public void onRead() {
            events.add("read");
        }

        @Override
        public void onClosed(NodeConnection connection, CommandQueue inFlight, Throwable reason) {
            List<String> names = new ArrayList<>();
            inFlight.forEach(command -> names.add(name(command)));
            events.add("closed with " + names + " by " + reason.getMessage());
        }

        @Override
        public void onMessage(NodeConnection connection, Response message) {
            events.add("message " + message);
            if (closesAtMessage) {
                connection.close(new IllegalStateException("closed within"));
            }
        }

        @Override
        public void onDroppedMessage(NodeConnection connection) {
            events.add("dropped message");
        }

        @Override
        public boolean takesBack(NodeConnection connection, PendingCommand command, ErrorType error) {
            events.add("refused " + error.getMessage());
            return takes;
        }

        @Override
        public void onAnswer(PendingCommand command, Response reply) {
            events.add("answer " + name(command));
        }

        @Override
        public void onDroppedAnswer(PendingCommand command) {
            events.add("dropped answer " + name(command));
        }

        @Override
        public void onReadComplete(NodeConnection connection) {
            events.add("read complete");
        }

        @Override
        public void onWritable() {
            events.add("writable");
        }
    }
}
