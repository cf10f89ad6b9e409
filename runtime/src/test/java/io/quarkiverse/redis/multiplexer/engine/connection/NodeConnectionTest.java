package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.ReplyRefusedException;
import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** What is written and read on a connection, with a server that is the test. */
class NodeConnectionTest extends NodeConnectionBench {

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

    /** It is not in flight any more: it would not end with the connection, either. */
    @ParameterizedTest
    @ValueSource(strings = { "-MOVED 1 h:2;", "*1;*1;*1;*1;*1;*1;*1;*1;*1;*1;*1;*1;:1;" })
    void anAnswerForWhichThereIsNoMemoryCostsItsCallerOnly(String answer) {
        owner.thrown = Optional.of(new OutOfMemoryError("for another request"));
        Promise<Response> answered = write("SET a 1");
        Promise<Response> behind = write("GET b");
        connection.flush();
        server.say(answer + "$1;1;");

        assertInstanceOf(ReplyRefusedException.class, answered.future().cause());
        assertTrue(connection.isOpen());
        assertEquals("1", behind.future().result().toString());
    }

    /** Nobody knows how many of its answers it has counted: the next one might go to somebody else. */
    @Test
    void withoutMemoryForOneOfTheAnswersToABatchTheConnectionEnds() {
        owner.thrown = Optional.of(new OutOfMemoryError("by hand"));
        Promise<List<Response>> batch = Promise.promise();
        BatchCommand command = new BatchCommand(Commands.requests("GET a", "GET b"), batch, CommandReport.NONE);
        command.mustEndBy(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        connection.write(command);
        Promise<Response> behind = write("GET c");
        connection.flush();
        server.say("-ERR no;$1;1;$1;2;");

        assertTrue(batch.future().failed());
        assertFalse(connection.isOpen());
        assertFalse(behind.future().isComplete(), "It is the owner's");
    }

    @Test
    void whatIsDroppedIsToldToo() {
        Promise<Response> dropped = write("GET a");
        connection.flush();
        String tooDeep = "*1;".repeat(20) + ":1;";
        server.say(tooDeep + tooDeep);
        assertTrue(dropped.future().failed());
        assertEquals(List.of("dropped answer GET", "missed message", "dropped message", "read complete", "read"), owner.events);
        assertTrue(connection.isOpen());
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
        RecordingOwner next = new RecordingOwner();
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
        connection.handOver(new RecordingOwner() {
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

    private void write(PendingCommand command) {
        command.mustEndBy(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        connection.write(command);
        connection.flush();
    }
}
