package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** Transactions that a {@link ConnectionDispatch} collects. */
class CollectedTransactionTest extends CollectedByHand {

    @Test
    void aTransactionIsOneCommandOnTheLane() throws Exception {
        assertEquals("OK", awaitText(send(Command.MULTI)));
        assertEquals("QUEUED", awaitText(send(Command.INCR, "a")));
        assertEquals("[QUEUED, QUEUED]",
                await(connection.batch(List.of(request(Command.INCR, "b"), request(Command.GET, "c")))).toString());
        assertEquals(List.of(), topology.asked);

        Future<Response> executed = send(Command.EXEC);
        assertEquals(List.of("submit a transaction of 3 commands"), topology.asked);
        reply(topology.commands.get(0), "OK", "QUEUED", "QUEUED", "QUEUED", "[]");
        assertEquals("[]", awaitText(executed));
        assertAllBytesAreFree();
    }

    @Test
    void discardSendsNothing() throws Exception {
        send(Command.MULTI);
        send(Command.SET, "a", 1);
        assertEquals("OK", awaitText(send(Command.DISCARD)));
        assertEquals(List.of(), topology.asked);
        assertAllBytesAreFree();
        send(Command.EXEC);
        assertEquals(List.of("lend exec"), topology.asked, "The server says that there is none");
    }

    @Test
    void answersComeBehindThoseOfWhatWasSentBefore() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        send(Command.GET, "a").onSuccess(reply -> told.add("get"));
        send(Command.MULTI).onSuccess(reply -> told.add("multi"));
        send(Command.INCR, "a").onSuccess(reply -> told.add("incr"));
        send(Command.EXEC).onSuccess(reply -> told.add("exec"));
        send(Command.GET, "a").onSuccess(reply -> told.add("get"));
        assertEquals(List.of("submit get", "submit a transaction of 1 commands", "submit get"), topology.asked);
        reply(topology.commands.get(0), "1");
        reply(topology.commands.get(1), "OK", "QUEUED", "[]");
        reply(topology.commands.get(2), "2");
        awaitUntil(() -> told.size() == 5);
        assertEquals(List.of("get", "multi", "incr", "exec", "get"), told);
    }

    @Test
    void aPartThatFailedFailsExecAndNothingIsSent() throws Exception {
        send(Command.MULTI);
        send(Command.SET, "a", 1);
        awaitFailure(send(Command.SET, "a"));
        assertEquals("QUEUED", awaitText(send(Command.SET, "b", 1)));
        String message = awaitFailure(send(Command.EXEC)).getMessage();
        assertTrue(message.startsWith("EXECABORT Transaction discarded because of: "), message);
        assertEquals(List.of(), topology.asked);
        assertAllBytesAreFree();
        assertEquals("OK", awaitText(send(Command.MULTI)), "The next one is as good as new");
    }

    @Test
    void whatOnlyTheServerCanAnswerIsSentBehindWhatWasKept() throws Exception {
        send(Command.MULTI);
        send(Command.INCR, "a");
        Future<Response> pop = send(Command.BLPOP, "list", 1);
        assertEquals(List.of("lend blpop"), topology.asked);
        topology.loans.get(0).complete(own);
        Future<Response> queued = send(Command.INCR, "b");
        Future<Response> executed = send(Command.EXEC);
        assertEquals(List.of("a transaction of 1 commands", "blpop", "incr", "exec"), own.asked);
        reply(own.commands.get(0), "OK", "-ERR no");
        reply(own.commands.get(1), "QUEUED");
        reply(own.commands.get(2), "QUEUED");
        own.commands.get(3).onReply(ErrorType.create("EXECABORT Transaction discarded because of previous errors."));
        assertEquals("QUEUED", awaitText(pop));
        assertEquals("QUEUED", awaitText(queued));
        assertTrue(awaitFailure(executed).getMessage().endsWith("previous errors: [0] incr: ERR no"));
        assertAllBytesAreFree();
    }

    @Test
    void whereKeysDecideItIsSentToTheNodeOfItsFirstKey() throws Exception {
        topology.placesByKeys = true;
        connection = new LazyConnection(parts, context);
        send(Command.MULTI);
        send(Command.PING);
        send(Command.INCR, "a");
        send(Command.BLPOP, "list", 1);
        assertEquals(List.of("lend incr"), topology.asked);
    }

    @Test
    void watchedKeysAreOnAConnectionOfTheirOwnAndTheTransactionIsOneCommandThere() throws Exception {
        send(Command.WATCH, "a");
        send(Command.GET, "a");
        topology.loans.get(0).complete(own);
        own.commands.forEach(command -> reply(command, "OK"));
        assertEquals("OK", awaitText(send(Command.MULTI)));
        assertEquals("QUEUED", awaitText(send(Command.SET, "a", 1)));
        Future<Response> executed = send(Command.EXEC);
        assertEquals(List.of("watch", "get", "a transaction of 1 commands"), own.asked);
        reply(own.commands.get(2), "OK", "QUEUED");
        own.commands.get(2).onReply(null);
        assertEquals(null, await(executed));
        assertAllBytesAreFree();
    }

    @Test
    void whereKeysAreWatchedTheServerHearsOfTheEndInAnyCase() throws Exception {
        send(Command.WATCH, "a");
        topology.loans.get(0).complete(own);
        send(Command.MULTI);
        send(Command.SET, "a", 1);
        send(Command.DISCARD);
        assertEquals(List.of("watch", "multi", "discard"), own.asked);

        send(Command.MULTI);
        Throwable failure = awaitFailure(send(Command.SET, "a"));
        send(Command.EXEC);
        assertEquals(List.of("multi", "failed: " + failure.getMessage(), "exec"), own.asked.subList(3, 6));
    }

    @Test
    void aClosedConnectionForgetsIt() throws Exception {
        send(Command.MULTI);
        send(Command.SET, "a", 1);
        await(connection.close());
        assertAllBytesAreFree();
        assertInstanceOf(ConnectionLostException.class, awaitFailure(send(Command.EXEC)));
        assertEquals(List.of(), topology.asked);
    }

    @Test
    void answersThatWaitForNothingAreThereAtOnce() throws Exception {
        CompletableFuture<List<Future<Response>>> sent = new CompletableFuture<>();
        context.runOnContext(now -> sent.complete(List.of(send(Command.MULTI), send(Command.INCR, "a"))));
        assertTrue(sent.get().stream().allMatch(Future::succeeded));
        assertEquals("[OK, QUEUED]", sent.get().stream().map(Future::result).toList().toString());
        for (Future<Response> each : sent.get()) {
            Promise<Context> where = Promise.promise();
            each.onComplete(reply -> where.complete(Vertx.currentContext()));
            assertSame(context, await(where.future()), "It is told where it was asked for");
        }
    }

    @Test
    void onlyATransactionThatPublishesWaitsForSubscriptions() throws Exception {
        send(Command.SUBSCRIBE, "c");
        send(Command.MULTI);
        send(Command.INCR, "a");
        send(Command.EXEC);
        assertEquals(List.of("hub subscribe", "submit a transaction of 1 commands"), topology.asked);
        reply(topology.commands.get(0), "OK", "QUEUED", "[]");

        send(Command.MULTI);
        Future<Response> published = send(Command.PUBLISH, "c", "message");
        Future<Response> incr = send(Command.INCR, "a");
        send(Command.EXEC);
        assertFalse(published.isComplete() || incr.isComplete());
        assertEquals(2, topology.asked.size());
        topology.subscriptions.get(0).complete();
        awaitUntil(() -> topology.asked.size() == 3);
        assertEquals("submit a transaction of 2 commands", topology.asked.get(2));
    }

    @Test
    void aPartThatCannotBeHeldFailsItsTransaction() throws Exception {
        send(Command.SUBSCRIBE, "c");
        send(Command.PUBLISH, "c", "message");
        send(Command.MULTI);
        Future<Response> set = send(Command.SET, "a", 1);
        assertInstanceOf(BacklogFullException.class, awaitFailure(send(Command.SET, "b", "x".repeat((int) BUDGET))));
        Future<Response> executed = send(Command.EXEC);
        topology.subscriptions.get(0).complete();
        awaitUntil(() -> topology.commands.size() == 1);
        reply(topology.commands.get(0), "1");
        assertTrue(awaitFailure(executed).getMessage().startsWith("EXECABORT Transaction discarded because of: "));
        assertEquals(List.of("hub subscribe", "submit publish"), topology.asked);
        assertEquals("QUEUED", awaitText(set));
        assertAllBytesAreFree();
    }

    @Test
    void aPartThatCannotBeHeldFailsNoTransactionBeforeIt() throws Exception {
        send(Command.SUBSCRIBE, "c");
        send(Command.MULTI);
        send(Command.SET, "a", 1);
        send(Command.PUBLISH, "c", "message");
        Future<Response> first = send(Command.EXEC);
        send(Command.MULTI);
        assertInstanceOf(BacklogFullException.class, awaitFailure(send(Command.SET, "b", "x".repeat((int) BUDGET))));
        Future<Response> second = send(Command.EXEC);
        topology.subscriptions.get(0).complete();
        awaitUntil(() -> topology.commands.size() == 1);
        assertEquals(List.of("hub subscribe", "submit a transaction of 2 commands"), topology.asked);
        reply(topology.commands.get(0), "OK", "QUEUED", "QUEUED", "[]");
        assertEquals("[]", awaitText(first));
        assertTrue(awaitFailure(second).getMessage().startsWith("EXECABORT"));
    }

    @Test
    void whatHasBeenHeldAndCannotBeTakenFails() throws Exception {
        send(Command.SUBSCRIBE, "c");
        Future<Response> published = send(Command.PUBLISH, "c", "message");
        topology.noMemory = Optional.of(new InternalError("for the test"));
        topology.subscriptions.get(0).complete();
        assertSame(topology.noMemory.get(), awaitFailure(published));
        assertAllBytesAreFree();
    }

    @Test
    void aLostConnectionForgetsIt() throws Exception {
        send(Command.WATCH, "a");
        topology.loans.get(0).complete(own);
        Future<Response> multi = send(Command.MULTI);
        assertFalse(multi.isComplete(), "WATCH has not been answered");
        ConnectException gone = new ConnectException("gone");
        own.commands.get(0).fail(gone);
        topology.borrowers.get(0).onEnd(gone);
        assertEquals("OK", awaitText(multi));
        assertSame(gone, awaitFailure(send(Command.EXEC)));
        assertAllBytesAreFree();
    }

    @Test
    void thereIsRoomForSoMuch() throws Exception {
        send(Command.MULTI);
        Throwable refusal = awaitFailure(send(Command.SET, "a", "x".repeat((int) BUDGET)));
        assertInstanceOf(BacklogFullException.class, refusal);
        assertTrue(awaitFailure(send(Command.EXEC)).getMessage().contains("max-pending-bytes"));

        make(new MultiplexerOptions().setMaxPending(2));
        send(Command.MULTI);
        reply(topology.commands.get(0), "OK", "[]");
        await(send(Command.SET, "a", 1));
        assertInstanceOf(BacklogFullException.class, awaitFailure(send(Command.SET, "b", 1)));
    }

    @Test
    void aMultiThatIsRefusedTakesAllWithItThatWasSentAtOnce() throws Exception {
        make(new MultiplexerOptions());
        Future<Response> multi = send(Command.MULTI);
        Future<Response> set = send(Command.SET, "a", 1);
        reply(topology.commands.get(0), "-NOPERM no multi", "-ERR EXEC without MULTI");
        assertEquals("NOPERM no multi", awaitFailure(multi).getMessage());
        assertEquals("NOPERM no multi", awaitFailure(set).getMessage());
        assertAllBytesAreFree();
        send(Command.MULTI);
        assertEquals(List.of(QUESTION, "lend multi"), topology.asked, "From now on they are sent at once");
    }

    /** Whether the first transaction may be collected is not known then: it says nothing about the transaction itself. */
    @Test
    void aQuestionWithoutAnAnswerIsNoAnswerToMulti() throws Exception {
        make(new MultiplexerOptions());
        Future<Response> multi = send(Command.MULTI);
        Future<Response> decremented = send(Command.DECR, "free");
        topology.commands.get(0).fail(new ConnectException("gone"));
        assertEquals("OK", awaitText(multi));
        assertEquals("QUEUED", awaitText(decremented));
        assertEquals("QUEUED", awaitText(send(Command.INCR, "booked")));
        Future<Response> executed = send(Command.EXEC);
        assertEquals(List.of(QUESTION, "lend exec"), topology.asked);
        topology.loans.get(0).complete(own);
        assertEquals(List.of("a transaction of 2 commands", "exec"), own.asked);
        reply(own.commands.get(0), "OK", "QUEUED", "QUEUED");
        reply(own.commands.get(1), "[]");
        assertEquals("[]", awaitText(executed));
        assertAllBytesAreFree();
        send(Command.MULTI);
        assertEquals(QUESTION, topology.asked.get(2), "It is asked again");
    }

    @Test
    void whatComesToItsEndBeforeItIsKnownWhetherItIsAllowedIsSentAtOnce() throws Exception {
        make(new MultiplexerOptions());
        send(Command.MULTI);
        send(Command.SET, "a", 1);
        send(Command.EXEC);
        assertEquals(List.of(QUESTION, "lend exec"), topology.asked);
        topology.loans.get(0).complete(own);
        assertEquals(List.of(), own.asked, "Nothing overtakes what is on the lane");
        reply(topology.commands.get(0), "OK", "[]");
        assertEquals(List.of("a transaction of 1 commands", "exec"), own.asked);
    }

    @Test
    void whereKeysAreWatchedFirstItIsAskedBeside() throws Exception {
        make(new MultiplexerOptions());
        send(Command.WATCH, "a");
        topology.loans.get(0).complete(own);
        send(Command.MULTI);
        send(Command.EXEC);
        assertEquals(List.of("watch", "multi", "exec"), own.asked);
        assertEquals(List.of("lend watch", QUESTION), topology.asked);
    }

    /** Who sends the next one when one is answered, on the event loop, has no deeper stack for it. */
    @Test
    void aLongTransactionNeedsNoDeepStack() throws Exception {
        Promise<Void> done = Promise.promise();
        context.runOnContext(start -> more(5_000, done));
        await(done.future());
    }

    private void more(int count, Promise<Void> done) {
        if (count == 0) {
            done.complete();
            return;
        }
        Future<Response> next = switch (count % 100) {
            case 0 -> send(Command.MULTI);
            case 1 -> send(Command.DISCARD);
            default -> send(Command.INCR, "a");
        };
        next.onSuccess(reply -> more(count - 1, done)).onFailure(done::tryFail);
    }
}
