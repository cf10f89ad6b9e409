package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.TransactionMode;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** A {@link Gap}: what comes behind MULTI, WATCH or SELECT for which this client had no room. */
class GapTest extends CollectedByHand {

    private Throwable refused(Command command, Object... arguments) throws Exception {
        long taken = BUDGET;
        while (!bytes.reserve(taken)) {
            taken -= 100;
        }
        Throwable refusal = awaitFailure(send(command, arguments));
        assertInstanceOf(BacklogFullException.class, refusal);
        // The others have been answered.
        bytes.release(taken);
        return refusal;
    }

    @ParameterizedTest
    @EnumSource
    void ofATransactionNothingIsExecuted(TransactionMode mode) throws Exception {
        make(new MultiplexerOptions().setTransactions(mode));
        Throwable refusal = refused(Command.MULTI);
        assertSame(refusal, awaitFailure(send(Command.INCR, "a")));
        assertSame(refusal, awaitFailure(connection.batch(List.of(request(Command.INCR, "b"), request(Command.GET, "c")))));
        String aborted = awaitFailure(send(Command.EXEC)).getMessage();
        assertTrue(aborted.startsWith("EXECABORT") && aborted.contains("max-pending-bytes"), aborted);
        assertEquals(List.of(), topology.asked);
        send(Command.INCR, "a");
        assertEquals(List.of("submit incr"), topology.asked, "It was in no transaction");
    }

    @Test
    void discardEndsItAsWell() throws Exception {
        Throwable refusal = refused(Command.MULTI);
        assertSame(refusal, awaitFailure(send(Command.DISCARD)));
        send(Command.INCR, "a");
        assertEquals(List.of("submit incr"), topology.asked);
    }

    @Test
    void whoSendsMultiAgainHasHeardOfIt() throws Exception {
        refused(Command.MULTI);
        assertEquals("OK", awaitText(send(Command.MULTI)));
        assertEquals("QUEUED", awaitText(send(Command.INCR, "a")));
        send(Command.EXEC);
        assertEquals(List.of("submit a transaction of 1 commands"), topology.asked);
    }

    @Test
    void nothingIsDoneWithoutTheDatabaseThatWasToBeSelected() throws Exception {
        Throwable refusal = refused(Command.SELECT, 1);
        assertSame(refusal, awaitFailure(send(Command.SET, "k", "v")));
        assertTrue(awaitFailure(send(Command.EXEC)).getMessage().startsWith("EXECABORT"));
        assertSame(refusal, awaitFailure(send(Command.FLUSHDB)));
        assertEquals(List.of(), topology.asked);
        await(connection.close());
    }

    @Test
    void nothingIsDoneWithoutTheWatchThatItWasToDependOn() throws Exception {
        Throwable refusal = refused(Command.WATCH, "a");
        assertSame(refusal, awaitFailure(send(Command.MULTI)));
        assertSame(refusal, awaitFailure(send(Command.SET, "a", 1)));
        awaitFailure(send(Command.EXEC));
        assertEquals(List.of(), topology.asked);
    }

    @Test
    void onAConnectionOfItsOwnAsWell() throws Exception {
        make(new MultiplexerOptions().setMaxPending(1));
        Future<Response> watched = send(Command.WATCH, "x");
        topology.loans.get(0).complete(own);
        Throwable refusal = awaitFailure(send(Command.SELECT, 1));
        own.commands.forEach(command -> reply(command, "OK"));
        await(watched);
        assertSame(refusal, awaitFailure(send(Command.FLUSHDB)));
        await(connection.close());
        assertEquals("watch", own.asked.get(0));
        assertEquals("release", own.asked.get(own.asked.size() - 1));
    }

    @Test
    void inATransactionItIsMissingLikeAnyOtherCommand() throws Exception {
        send(Command.MULTI);
        refused(Command.SELECT, 1);
        assertEquals("QUEUED", awaitText(send(Command.SET, "k", "v")));
        assertTrue(awaitFailure(send(Command.EXEC)).getMessage().startsWith("EXECABORT"));
        send(Command.INCR, "a");
        assertEquals(List.of("submit incr"), topology.asked, "The transaction was to select it, and has not been executed");
    }

    /** The next transaction does not end it. */
    @ParameterizedTest
    @ValueSource(strings = { "MULTI; INCR x; EXEC; SELECT 1", "MULTI; SELECT 1; EXEC", "MULTI; INCR x; EXEC; WATCH k" })
    void whatABatchLeavesBehindItsTransactionIsMissing(String words) throws Exception {
        long taken = BUDGET - 1;
        assertTrue(bytes.reserve(taken));
        Throwable refusal = awaitFailure(connection.batch(Commands.requests(words.split("; "))));
        bytes.release(taken);
        assertInstanceOf(BacklogFullException.class, refusal);
        assertSame(refusal, awaitFailure(send(Command.MULTI)));
        assertSame(refusal, awaitFailure(send(Command.INCR, "a")));
        awaitFailure(send(Command.EXEC));
        assertSame(refusal, awaitFailure(send(Command.INCR, "a")));
        assertEquals(List.of(), topology.asked);
    }

    @Test
    void whatIsNoMoreThanAnyCommandLeavesNone() throws Exception {
        refused(Command.UNWATCH);
        send(Command.INCR, "a");
        assertEquals(List.of("submit incr"), topology.asked);
    }

    /** As with the stock client: they never work. */
    @Test
    void whatIsNotValidLeavesNone() throws Exception {
        awaitFailure(send(Command.WATCH));
        send(Command.INCR, "a");
        assertEquals(List.of("submit incr"), topology.asked);
    }
}
