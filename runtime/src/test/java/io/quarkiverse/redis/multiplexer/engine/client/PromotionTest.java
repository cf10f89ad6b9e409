package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.TransactionMode;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandSpec;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.dedicated.DedicatedPool;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/**
 * {@link ConnectionDispatch} with real dedicated connections, whose servers are the test: when commands are written, and where.
 */
class PromotionTest {

    private static final int MAX_PENDING = 3;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final FakeTopology topology = new FakeTopology(vertx);
    private final ClientSettings settings = ClientSettings.of("test", new RedisOptions(),
            new MultiplexerOptions().setMaxPending(MAX_PENDING).setTransactions(TransactionMode.IMMEDIATE));
    private final PendingBytes bytes = PendingBytes.atMost(2000);
    private final MessageStream messages = new MessageStream(vertx, context, settings.multiplexer(), topology.failures());
    private final ConnectionDispatch dispatch = new ConnectionDispatch(
            new ClientParts(vertx, settings.multiplexer(), bytes, topology,
                    new PublishGate(settings.multiplexer(), topology.failures(), bytes)),
            context, messages::add, messages::fail);
    private final HandConnector connector = new HandConnector(context, topology.failures());
    private final DedicatedPool pool = new DedicatedPool(vertx, connector, settings, topology.failures(),
            new DedicatedPool.Surroundings() {
                @Override
                public Future<Response> question(Context caller, Request request) {
                    return Future.failedFuture("Nobody there");
                }

                @Override
                public void onDemoted(ErrorType error) {
                    pool().renew();
                }
            });
    private final List<Throwable> troubles = new CopyOnWriteArrayList<>();

    private DedicatedPool pool() {
        return pool;
    }

    @AfterEach
    void stop() throws Exception {
        await(pool.close());
        await(vertx.close());
    }

    @Test
    void whatIsOrdinaryIsSharedAndNothingIsHeld() throws Exception {
        submit("GET a");
        submit("SET b 1");
        onLoop(dispatch::close);
        assertEquals(List.of("submit get", "submit set"), topology.asked);
        assertTrue(awaitFailure(submit("GET c")).getMessage().contains("closed"));
    }

    @Test
    void whatNeedsAConnectionWaitsForItAndForTheAnswersBeforeIt() throws Exception {
        submit("GET a");
        Future<Response> watch = submit("WATCH k");
        Future<Response> behind = submit("GET b");
        assertEquals(List.of("submit get", "lend watch"), topology.asked);
        HandSocket server = lend();
        assertEquals(List.of(), sent(server));

        answerOnLane(0);
        assertEquals(List.of("WATCH k", "GET b"), sent(server));
        say(server, "+OK;$1;1;");
        assertEquals("OK", await(watch).toString());
        assertEquals("1", await(behind).toString());

        submit("GET c");
        assertEquals(List.of("GET c"), sent(server));
        assertEquals(2, topology.asked.size(), "It goes where the others went.");
    }

    @Test
    void whenThereIsNoneToBeHadAllThatNeedOneFail() throws Exception {
        messages.exceptionHandler(troubles::add);
        Future<Response> onLane = submit("GET a");
        Future<Response> watch = submit("WATCH k");
        Future<Response> behind = submit("GET b");
        Throwable none = new BacklogFullException("none is free");
        onLoop(() -> topology.loans.get(0).fail(none));
        assertSame(none, awaitFailure(watch));
        assertSame(none, awaitFailure(behind));
        assertSame(none, awaitFailure(submit("GET c")));
        answerOnLane(0);
        await(onLane);
        onLoop(() -> {
        });
        assertEquals(List.of(none), troubles);
    }

    @Test
    void whenItIsLostSoIsAllThatWasBuiltUpOnIt() throws Exception {
        Future<Response> watch = submit("WATCH k");
        HandSocket server = lend();
        say(server, "+OK;");
        await(watch);
        Future<Response> unanswered = submit("GET a");
        onLoop(server::close);
        assertTrue(assertInstanceOf(ConnectionLostException.class, awaitFailure(unanswered)).sent());
        assertFalse(assertInstanceOf(ConnectionLostException.class, awaitFailure(submit("GET b"))).sent());
    }

    @Test
    void aClosedOneGivesItBackWhenAllIsAnswered() throws Exception {
        Future<Response> multi = submit("MULTI");
        HandSocket server = lend();
        Future<Response> exec = submit("EXEC");
        onLoop(dispatch::close);
        say(server, "+OK;*0;");
        await(multi);
        await(exec);
        onLoop(() -> {
        });
        assertTrue(onLoop(server::isOpen));
        assertNotNull(await(acquire()));
        assertEquals(1, connector.attempts.size(), "It is the same again.");
    }

    @Test
    void whatWasSubmittedBeforeItWasClosedIsStillDone() throws Exception {
        Future<Response> pop = submit("BLPOP q 5");
        onLoop(dispatch::close);
        HandSocket server = lend();
        assertEquals(List.of("BLPOP q 5"), sent(server));
        say(server, "*-1;");
        await(pop);
    }

    @Test
    void aTransactionIsNotExecutedWithoutThePartThatFailed() throws Exception {
        submit("MULTI");
        dispatch.partFailed(new IllegalStateException("no memory for it"));
        dispatch.partFailed(new IllegalStateException("nor for this"));
        Future<Response> exec = submit("EXEC");
        HandSocket server = lend();
        assertEquals(List.of("MULTI", "DISCARD"), sent(server));
        assertTrue(awaitFailure(exec).getMessage().contains("no memory for it"));
    }

    @Test
    void whatFailsWhileNothingIsHeldConcernsNobody() throws Exception {
        dispatch.partFailed(new IllegalStateException("no memory for it"));
        submit("MULTI");
        submit("EXEC");
        assertEquals(List.of("MULTI", "EXEC"), sent(lend()));
    }

    @Test
    void whatHasNothingOnItIsSharedAgainWhenTheServerIsNotTheRightOneAnyMore() throws Exception {
        Future<Response> pop = submit("BLPOP q 1");
        HandSocket server = lend();
        say(server, "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?);");
        awaitFailure(pop);
        onLoop(() -> {
        });
        assertFalse(onLoop(server::isOpen));
        submit("GET a");
        assertEquals("submit get", topology.asked.get(topology.asked.size() - 1));
    }

    @Test
    void noMoreThanAllowedArePending() throws Exception {
        for (int i = 0; i < MAX_PENDING; i++) {
            submit("BLPOP q 0");
        }
        assertInstanceOf(BacklogFullException.class, awaitFailure(submit("BLPOP q 0")));
    }

    @Test
    void noMoreBytesThanAllowedArePending() throws Exception {
        Throwable tooMany = awaitFailure(submit("BLPOP " + "q".repeat(3000) + " 0"));
        assertTrue(tooMany.getMessage().contains("max-pending-bytes"), tooMany.getMessage());
        submit("BLPOP q 0");
        assertEquals(1, topology.loans.size());
    }

    private Future<LentConnection> acquire() {
        return pool.acquire(context, "watch", topology.borrowers.get(0), System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    }

    /** Grants the loan that has been asked for. */
    private HandSocket lend() throws Exception {
        Future<LentConnection> lent = acquire();
        HandSocket server = onLoop(connector.attempt(1)::succeed);
        LentConnection connection = await(lent);
        onLoop(() -> topology.loans.get(0).complete(connection));
        return server;
    }

    private void answerOnLane(int index) throws Exception {
        onLoop(() -> topology.commands.get(index).onReply(SimpleStringType.create("OK")));
    }

    private List<String> sent(HandSocket server) throws Exception {
        return onLoop(server::takeSent);
    }

    private void say(HandSocket server, String resp) throws Exception {
        onLoop(() -> server.say(resp));
    }

    private Future<Response> submit(String words) throws Exception {
        Request request = Commands.request(words);
        Promise<Response> promise = Promise.promise();
        DispatchUse use = dispatch.use(List.of(request), CommandReport.NONE);
        SingleCommand command = new SingleCommand(request, promise, use);
        onLoop(() -> dispatch.submit(command, use, List.of(request), Route.of(CommandSpec.of(request), request),
                System.nanoTime()));
        return promise.future();
    }

    private void onLoop(Runnable action) throws Exception {
        onLoop(() -> {
            action.run();
            return null;
        });
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }
}
