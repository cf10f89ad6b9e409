package io.quarkiverse.redis.multiplexer.engine.lane;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Detour;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** A {@link Lane}, with a server that is the test. */
class LaneTest extends LaneByHand {

    @Test
    void whatComesInATurnIsSentAtOnceAndInOrder() throws Exception {
        List<Sent> sent = send("SET a 1", "GET a", "GET b");
        assertEquals(3, lane.status().pending());
        HandSocket server = bench.connect(1);
        assertEquals(List.of("SET a 1", "GET a", "GET b"), taken(server));
        assertEquals(1, lane.status().flushes());
        assertEquals(3, lane.status().inFlight());

        bench.say(server, "+OK;$1;1;$-1;");
        assertEquals("OK", sent.get(0).reply());
        assertEquals("1", sent.get(1).reply());
        assertTrue(sent.get(2).isComplete());
        assertEquals(0, lane.status().inFlight());
    }

    @Test
    void afterALossReadsAreSentAgainBeforeWhatHasNotBeenSentAndWritesFail() throws Exception {
        HandSocket server = connect();
        List<Sent> inFlight = send("GET a", "INCR n", "GET b");
        assertEquals(3, taken(server).size());
        bench.run(() -> {
            server.close();
            lane.submit(LoopBench.command("INCR m").command());
        });
        Throwable failure = inFlight.get(1).failure();
        assertInstanceOf(ConnectionLostException.class, failure);
        assertTrue(((CommandFailure) failure).sent());

        HandSocket next = bench.connect(2);
        assertEquals(List.of("GET a", "GET b", "INCR m"), taken(next));
        assertEquals(2, lane.status().retries());
        assertEquals(1, lane.status().failures().lost());
    }

    @Test
    void aReadIsSentAgainOnce() throws Exception {
        HandSocket server = connect();
        Sent read = send("GET a").get(0);
        taken(server);
        bench.run(server::close);
        HandSocket next = bench.connect(2);
        assertEquals(List.of("GET a"), taken(next));
        assertFalse(read.isComplete());
        bench.run(next::close);
        assertInstanceOf(ConnectionLostException.class, read.failure());
    }

    @Test
    void aReadIsNotSentAgainAfterAWriteThatItMustNotSee() throws Exception {
        HandSocket server = connect();
        List<Sent> inFlight = send("GET a", "SET a 1", "GET a");
        taken(server);
        bench.run(server::close);
        HandSocket next = bench.connect(2);
        assertEquals(List.of("GET a"), taken(next));
        assertTrue(inFlight.get(0).isComplete());
        assertTrue(inFlight.get(1).isComplete());
        assertFalse(inFlight.get(2).isComplete(), "What came behind the write may see it");
    }

    @Test
    void whoDoesNotWantToWaitIsToldAtOnce() throws Exception {
        bench.close();
        bench = new LoopBench(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST), Duration.ofHours(1));
        makeLane();
        Sent first = send("GET a").get(0);
        bench.run(() -> bench.connector.attempt(1).fail(new ConnectException("nobody there")));
        awaitUntil(first::isComplete);
        assertInstanceOf(ConnectionLostException.class, first.failure());
        Sent second = send("GET b").get(0);
        awaitUntil(second::isComplete);
        assertInstanceOf(ConnectionLostException.class, second.failure());
        assertEquals(2, lane.status().failures().unavailable());
    }

    @Test
    void whoDoesNotWantToWaitWaitsForAConnectionThatIsMadeAnew() throws Exception {
        bench.close();
        bench = new LoopBench(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST), Duration.ofHours(1));
        makeLane();
        HandSocket server = connect();
        send("GET a");
        lane.renew(ErrorType.create("READONLY You can't write against a read only replica."));
        List<Sent> waiting = new ArrayList<>(send("GET b"));
        assertEquals(List.of("GET a"), taken(server));
        bench.say(server, "$1;1;");
        waiting.addAll(send("GET c"));
        assertEquals(List.of("GET b", "GET c"), taken(bench.connect(2)));
        assertTrue(waiting.stream().noneMatch(Sent::isComplete));
        assertEquals(0, lane.status().failures().unavailable());
    }

    @Test
    void whatHasFailedIsNotSent() throws Exception {
        List<Sent> sent = send("INCR a", "INCR b");
        bench.run(() -> sent.get(0).command().fail(new IllegalStateException("nothing of it has been sent")));
        assertEquals(List.of("INCR b"), taken(bench.connect(1)));
    }

    @Test
    void aBusyServerIsTriedNowAndThenAndAllIsSentInOrderWhenItIsNot() throws Exception {
        HandSocket server = connect();
        List<Sent> refused = send("INCR a", "INCR b");
        taken(server);
        bench.say(server, "-BUSY a script is running;");
        List<Sent> held = send("INCR c");
        assertEquals(List.of(), taken(server), "What was sent behind it has not been answered");
        bench.say(server, "-BUSY a script is running;");
        assertEquals(3, lane.status().pending());
        awaitSent(server, "INCR a");
        bench.say(server, "-BUSY a script is running;");
        awaitSent(server, "INCR a");
        bench.say(server, ":1;");
        assertEquals("1", refused.get(0).reply());
        assertEquals(List.of("INCR b", "INCR c"), taken(server));
        bench.say(server, ":2;:3;");
        assertEquals("2", refused.get(1).reply());
        assertEquals("3", held.get(0).reply());
        assertEquals(0, lane.status().pending() + lane.status().inFlight());
    }

    @Test
    void whatEndsTheScriptPassesThoseWhoWaitForThat() throws Exception {
        HandSocket server = connect();
        send("INCR a");
        taken(server);
        bench.say(server, "-BUSY a script is running;");
        send("INCR b", "SCRIPT KILL");
        assertEquals(List.of("SCRIPT KILL"), taken(server));
    }

    @Test
    void aRefusedWriteThatALaterOneHasOvertakenFailsByTheRefusal() throws Exception {
        HandSocket server = connect();
        List<Sent> sent = send("INCR a", "INCR a");
        taken(server);
        bench.say(server, "-BUSY a script is running;:1;");
        assertInstanceOf(ErrorType.class, sent.get(0).failure());
        assertEquals("1", sent.get(1).reply());
        send("INCR b");
        assertEquals(List.of("INCR b"), taken(server));
    }

    @Test
    void whatABusyServerHasRefusedIsSentOnTheNextConnection() throws Exception {
        HandSocket server = connect();
        List<Sent> sent = send("INCR a", "INCR b");
        taken(server);
        bench.say(server, "-BUSY a script is running;");
        bench.run(server::close);
        HandSocket next = bench.connect(2);
        assertEquals(List.of(), taken(next), "The second one may have been executed, so the first has been overtaken");
        assertTrue(sent.stream().allMatch(Sent::isComplete));
    }

    @Test
    void aServerThatHasNoDataYetIsLeftAndReadsAreSentToTheNext() throws Exception {
        HandSocket server = connect();
        List<Sent> sent = send("SET a 1", "GET b");
        taken(server);
        bench.say(server, "-LOADING not yet;-LOADING not yet;");
        assertInstanceOf(ErrorType.class, sent.get(0).failure());
        assertFalse(server.isOpen());
        HandSocket next = bench.connect(2);
        assertEquals(List.of("GET b"), taken(next));
    }

    @Test
    void aReplicaIsToldOfAndTheCallerGetsTheError() throws Exception {
        HandSocket server = connect();
        Sent write = send("SET a 1").get(0);
        bench.say(server, "-READONLY You can't write against a read only replica.;");
        assertInstanceOf(ErrorType.class, write.failure());
        assertEquals(1, demotions.size());
        assertTrue(server.isOpen());
    }

    @Test
    void aReplicaIsToldOfWhenATransactionFindsOut() throws Exception {
        HandSocket server = connect();
        PendingCommand batch = new BatchCommand(Commands.requests("MULTI", "SET a 1", "EXEC"), Promise.promise(),
                CommandReport.NONE);
        bench.run(() -> lane.submit(batch));
        bench.say(server, "+OK;+QUEUED;*1;-READONLY You can't write against a read only replica.;");
        assertEquals(1, demotions.size());
    }

    @Test
    void aReplyThatNobodyAskedForEndsTheConnection() throws Exception {
        HandSocket server = connect();
        bench.say(server, ">2;+push;:1;");
        assertTrue(server.isOpen());
        bench.say(server, "+nobody's;");
        assertFalse(server.isOpen());
        bench.connect(2);
    }

    @Test
    void aDetourBeginsWhenNothingIsInFlightAndNothingPassesIt() throws Exception {
        HandSocket server = connect();
        List<PendingCommand> begun = new ArrayList<>();
        Promise<Response> end = Promise.promise();
        Detour detour = Detour.of(Commands.requests("EVAL x 0"),
                report -> new SingleCommand(Commands.request("EVAL x 0"), end, report), CommandReport.NONE,
                (alone, its) -> begun.add(alone));
        send("INCR a");
        bench.run(() -> lane.submit(detour));
        send("INCR b");
        assertEquals(List.of("INCR a"), taken(server));
        assertEquals(List.of(), begun);
        bench.say(server, ":1;");
        assertEquals(1, begun.size());
        assertEquals(List.of(), taken(server));
        assertEquals(1, lane.status().inFlight());
        bench.run(() -> begun.get(0).fail(new IllegalStateException("over")));
        assertEquals(List.of("INCR b"), taken(server));
        assertTrue(end.future().failed());
    }

    @Test
    void aDetourThatCannotBeginFailsAndTheLaneGoesOn() throws Exception {
        HandSocket server = connect();
        OutOfMemoryError none = new OutOfMemoryError("there is none for a connection");
        Promise<Response> end = Promise.promise();
        Detour detour = Detour.of(Commands.requests("EVAL x 0"),
                report -> new SingleCommand(Commands.request("EVAL x 0"), end, report), CommandReport.NONE, (alone, its) -> {
                    throw none;
                });
        bench.run(() -> lane.submit(detour));
        Sent next = send("INCR b").get(0);
        assertEquals(List.of("INCR b"), taken(server));
        assertSame(none, end.future().cause());
        bench.say(server, ":1;");
        assertEquals("1", next.reply());
        assertEquals(0, lane.status().inFlight());
    }

    @Test
    void theEndWaitsForWhatIsInFlightAndTakesNothingMore() throws Exception {
        HandSocket server = connect();
        Sent inFlight = send("INCR a").get(0);
        Future<Void> end = lane.close(Duration.ofHours(1));
        bench.onLoop(() -> null);
        Sent late = send("INCR b").get(0);
        assertInstanceOf(ConnectionLostException.class, late.failure());
        assertFalse(end.isComplete());
        bench.say(server, ":1;");
        assertEquals("1", inFlight.reply());
        await(end);
    }

    @Test
    void theEndOfTheGraceFailsWhatIsInFlight() throws Exception {
        connect();
        Sent inFlight = send("INCR a").get(0);
        await(lane.close(Duration.ofMillis(10)));
        awaitUntil(inFlight::isComplete);
        assertInstanceOf(ConnectionLostException.class, inFlight.failure());
    }

    @Test
    void whatTheServerHasNotExecutedMayBeSentElsewhere() throws Exception {
        List<PendingCommand> refused = new ArrayList<>();
        int[] progress = { 0 };
        bench.run(() -> lane.attach(new Elsewhere() {
            @Override
            public boolean takes(PendingCommand command, ErrorType error) {
                return error.getMessage().startsWith("MOVED ") && refused.add(command);
            }

            @Override
            public void onProgress() {
                progress[0]++;
            }
        }));
        HandSocket server = connect();
        List<Sent> sent = send("SET a 1", "SET b 1", "SET c 1");
        taken(server);
        bench.say(server, "-MOVED 1 b:1;-ERR no;");
        assertEquals(List.of(sent.get(0).command()), refused);
        assertFalse(sent.get(0).isComplete());
        assertEquals("ERR no", sent.get(1).failure().getMessage());
        assertEquals(1, lane.status().redirects());
        assertTrue(progress[0] > 0);
    }

    @Test
    void itTellsWhatItHasAndGivesUpWhatIsNotSent() throws Exception {
        List<Sent> unsent = List.of(LoopBench.command("SET a 1"), LoopBench.command("SET b 1"));
        LaneContents contents = lane.contents();
        List<PendingCommand> seen = new ArrayList<>();
        bench.run(() -> {
            unsent.forEach(one -> lane.take(one.command()));
            contents.forEachWaiting(seen::add);
            contents.giveUp(command -> command == unsent.get(0).command()).forEach(seen::add);
            lane.onDrained(System.nanoTime(), 0);
        });
        assertEquals(List.of(unsent.get(0).command(), unsent.get(1).command(), unsent.get(0).command()), seen);
        HandSocket server = bench.connect(1);
        assertEquals(List.of("SET b 1"), taken(server));
        seen.clear();
        bench.run(() -> {
            contents.forEachSent(seen::add);
            assertTrue(contents.detour().isEmpty());
            lane.giveUpConnection(new ConnectException("enough"));
            server.runPendingTasks();
        });
        assertEquals(List.of(unsent.get(1).command()), seen);
        awaitUntil(unsent.get(1)::isComplete);
        assertTrue(((CommandFailure) unsent.get(1).failure()).sent());
    }
}
