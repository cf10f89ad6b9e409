package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.HugeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** Transactions that are collected, where something keeps a {@link ConnectionDispatch} from executing them as usual. */
class CollectedElsewhereTest extends CollectedByHand {

    /** It is executed: who sends it again because its MULTI was not sent would have it twice. */
    @Test
    void theEndOfTheQuestionIsNotThatOfATransactionThatIsOnItsWay() throws Exception {
        make(new MultiplexerOptions());
        Future<Response> multi = send(Command.MULTI);
        Future<Response> incr = send(Command.INCR, "a");
        Future<Response> executed = send(Command.EXEC);
        topology.loans.get(0).complete(own);
        topology.commands.get(0).fail(new ConnectException("gone"));

        assertEquals("OK", awaitText(multi));
        assertEquals(List.of("a transaction of 1 commands", "exec"), own.asked);
        reply(own.commands.get(0), "OK", "QUEUED");
        reply(own.commands.get(1), "[]");
        assertEquals("QUEUED", awaitText(incr));
        assertEquals("[]", awaitText(executed));
    }

    /** Another connection has been told meanwhile that transactions are allowed. */
    @Test
    void aRefusalIsNotThatOfTheNextTransaction() throws Exception {
        make(new MultiplexerOptions());
        Future<Response> refused = send(Command.MULTI);
        send(Command.EXEC);
        PendingCommand question = topology.commands.get(0);
        new LazyConnection(parts, context).send(request(Command.MULTI));
        reply(topology.commands.get(1), "OK", "[]");
        topology.loans.get(0).complete(own);
        Future<Response> multi = send(Command.MULTI);
        Future<Response> incremented = send(Command.INCR, "a");
        reply(question, "-ERR MULTI is not what it was", "-ERR EXEC without MULTI");
        assertEquals("ERR MULTI is not what it was", awaitFailure(refused).getMessage());
        Future<Response> executed = send(Command.EXEC);
        assertEquals(List.of("multi", "exec", "a transaction of 1 commands"), own.asked);
        reply(own.commands.get(0), "OK");
        reply(own.commands.get(1), "[]");
        reply(own.commands.get(2), "OK", "QUEUED", "[]");
        assertEquals("OK", awaitText(multi));
        assertEquals("QUEUED", awaitText(incremented));
        assertEquals("[]", awaitText(executed));
    }

    @Test
    void aServerThatRefusesMultiIsHeardOfEvenIfTheTransactionIsOnItsWay() throws Exception {
        make(new MultiplexerOptions());
        Future<Response> multi = send(Command.MULTI);
        send(Command.EXEC);
        reply(topology.commands.get(0), "-NOPERM no multi", "-ERR EXEC without MULTI");
        assertEquals("NOPERM no multi", awaitFailure(multi).getMessage());
    }

    @Test
    void anotherUserIsAskedByTheServerForEachTransaction() throws Exception {
        send(Command.AUTH, "other", "secret");
        topology.loans.get(0).complete(own);
        reply(own.commands.get(0), "OK");
        Future<Response> multi = send(Command.MULTI);
        assertEquals(List.of("auth", "multi"), own.asked);
        own.commands.get(1).onReply(ErrorType.create("NOPERM no multi"));
        assertEquals("NOPERM no multi", awaitFailure(multi).getMessage());
        assertEquals("OK", awaitText(new LazyConnection(parts, context).send(request(Command.MULTI))),
                "That is nothing to others");
    }

    /** It fails as with a server, which gets to it too late. */
    @Test
    void whatIsKeptBehindWhatBlocksForEverHasItsDeadlineAllTheSame() throws Exception {
        grant(new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(50)));
        Future<Response> popped = send(Command.BLPOP, "list", 0);
        topology.loans.get(0).complete(own);
        Future<Response> multi = send(Command.MULTI);
        for (Future<Response> late : List.of(multi, send(Command.INCR, "a"))) {
            assertTrue(assertInstanceOf(CommandTimeoutException.class, awaitFailure(late)).sent());
        }
        assertFalse(popped.isComplete());
        Future<Response> executed = send(Command.EXEC);
        assertEquals(List.of("blpop", "a transaction of 1 commands"), own.asked);
        own.commands.get(0).onReply(null);
        reply(own.commands.get(1), "OK", "QUEUED", "[]");
        assertEquals("[]", awaitText(executed));
        assertEquals("OK", awaitText(send(Command.MULTI)), "Nothing blocks any more");
    }

    @Test
    void whatIsKeptBehindWhatBlocksForAWhileIsAnsweredBehindThat() throws Exception {
        grant(new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(1)));
        send(Command.BLPOP, "list", 1);
        topology.loans.get(0).complete(own);
        long sent = System.nanoTime();
        Future<Response> multi = send(Command.MULTI);
        awaitUntil(() -> System.nanoTime() - sent > Duration.ofMillis(20).toNanos());
        own.commands.get(0).onReply(null);
        assertEquals("OK", awaitText(multi));
    }

    /** They have been told that they failed. What stands for the lack of memory is that there is nothing to count them. */
    @Test
    void whatIsKeptAndCannotBeAnsweredIsNotExecuted() throws Exception {
        for (Command unanswered : List.of(Command.MULTI, Command.INCR)) {
            ConnectionDispatch dispatch = dispatch();
            if (unanswered != Command.MULTI) {
                assertEquals("OK", awaitText(submit(dispatch, 0, Command.MULTI)));
            }
            Request request = Request.cmd(unanswered);
            assertThrows(NullPointerException.class,
                    () -> dispatch.submit(new SingleCommand(request, Promise.promise(), CommandReport.NONE), null,
                            List.of(request), unanswered == Command.MULTI ? Route.TRANSACTION : Route.SHARED,
                            System.nanoTime()));
            awaitFailure(submit(dispatch, 0, Command.SET, "a", 1));
            assertTrue(awaitFailure(submit(dispatch, 0, Command.EXEC)).getMessage().startsWith("EXECABORT"));
            assertEquals(List.of(), topology.asked);
            dispatch.close();
            assertAllBytesAreFree();
        }
    }

    private ConnectionDispatch dispatch() {
        MessageStream messages = new MessageStream(vertx, context, parts.options(), topology.failures());
        return new ConnectionDispatch(parts, context, messages::add, messages::fail);
    }

    @Test
    void aTransactionThatIsTooLargeForTheLaneHasAConnectionOfItsOwn() throws Exception {
        PendingBytes plenty = PendingBytes.atMost(Long.MAX_VALUE);
        MultiplexerOptions options = new MultiplexerOptions();
        parts = new ClientParts(vertx, options, plenty, topology, new PublishGate(options, topology.failures(), plenty));
        ConnectionDispatch dispatch = dispatch();
        submit(dispatch, 0, Command.MULTI);
        reply(topology.commands.get(0), "OK", "[]");
        submit(dispatch, 300L << 20, Command.SET, "a", 1);
        submit(dispatch, 300L << 20, Command.SET, "b", 1);
        submit(dispatch, 0, Command.EXEC);
        assertEquals(List.of(QUESTION, "lend exec"), topology.asked);
        topology.loans.get(0).complete(own);
        assertEquals(List.of("a transaction of 2 commands", "exec"), own.asked);
    }

    private static Future<Response> submit(ConnectionDispatch dispatch, long size, Command name, Object... arguments) {
        Request request = request(name, arguments);
        DispatchUse use = dispatch.use(List.of(request), CommandReport.NONE);
        Promise<Response> promise = Promise.promise();
        PendingCommand single = new SingleCommand(request, promise, use);
        PendingCommand command = size == 0 ? single : new HugeCommand(single, size);
        dispatch.submit(command, use, List.of(request), name.equals(Command.SET) ? Route.SHARED : Route.TRANSACTION,
                System.nanoTime());
        return promise.future();
    }
}
