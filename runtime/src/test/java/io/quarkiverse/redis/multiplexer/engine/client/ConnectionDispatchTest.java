package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.BROKEN;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.DEDICATED;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.PROMOTING;
import static io.quarkiverse.redis.multiplexer.engine.client.DispatchState.SHARED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.TransactionMode;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.NumberType;

/**
 * The commands of a connection on their way between a lane and a dedicated connection, both answered by hand. Transactions are
 * sent at once.
 */
class ConnectionDispatchTest {

    private static final Map<DispatchState, Set<DispatchState>> TRANSITIONS = Map.of(
            SHARED, EnumSet.of(PROMOTING),
            PROMOTING, EnumSet.of(DEDICATED, BROKEN),
            DEDICATED, EnumSet.of(SHARED, BROKEN),
            BROKEN, EnumSet.noneOf(DispatchState.class));

    private static final ConnectException GONE = new ConnectException("gone");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final FakeTopology topology = new FakeTopology(vertx);
    private final HandConnection own = new HandConnection();
    private final List<Throwable> told = new ArrayList<>();
    private RedisConnection connection = connection(immediate());

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static MultiplexerOptions immediate() {
        return new MultiplexerOptions().setTransactions(TransactionMode.IMMEDIATE);
    }

    private RedisConnection connection(MultiplexerOptions options) {
        PendingBytes bytes = PendingBytes.atMost(options.getMaxPendingBytes());
        return new LazyConnection(new ClientParts(vertx, options, bytes, topology,
                new PublishGate(options, topology.failures(), bytes)), context);
    }

    @ParameterizedTest
    @EnumSource
    void aStateBecomesTheseAndNoOthers(DispatchState state) {
        Set<DispatchState> next = EnumSet.allOf(DispatchState.class);
        next.removeIf(candidate -> !state.canBecome(candidate));
        assertEquals(TRANSITIONS.get(state), next);
    }

    @Test
    void thereIsOneConnectionAtMost() {
        send(Command.WATCH, "key");
        send(Command.MULTI);

        assertEquals(List.of("lend watch"), topology.asked);
    }

    @Test
    void whatWaitsForTheConnectionIsPassedOnInOrder() {
        send(Command.WATCH, "key");
        send(Command.GET, "key");
        topology.loans.get(0).complete(own);
        send(Command.MULTI);

        assertEquals(List.of("watch", "get", "multi"), own.asked);
    }

    @Test
    void nothingOvertakesWhatIsOnTheLane() throws Exception {
        Future<Response> shared = send(Command.SET, "key", "value");
        send(Command.WATCH, "key");
        topology.loans.get(0).complete(own);
        send(Command.GET, "key");
        assertEquals(List.of(), own.asked);

        topology.commands.get(0).onReply(NumberType.create(1L));
        await(shared);
        assertEquals(List.of("watch", "get"), own.asked);
    }

    @Test
    void theConnectionIsGivenBackOnce() throws Exception {
        send(Command.WATCH, "key");
        await(connection.close());
        topology.loans.get(0).complete(own);
        await(connection.close());

        assertEquals(List.of("watch", "release"), own.asked);
    }

    @Test
    void whatIsToBeOnTheLaneAloneNeedsNoConnection() throws Exception {
        send(Command.GET, "key");
        await(connection.close());

        assertEquals(List.of("submit get"), topology.asked);
    }

    @Test
    void aConnectionThatNobodyNeedsIsGivenUpAndAnotherOneIsLentLater() {
        promote();
        assertFalse(topology.borrowers.get(0).givesUp(), "WATCH has not been answered");
        own.commands.get(0).onReply(NumberType.create(1L));
        assertTrue(topology.borrowers.get(0).givesUp());

        send(Command.GET, "key");
        send(Command.WATCH, "key");
        assertEquals(List.of("lend watch", "submit get", "lend watch"), topology.asked);
    }

    @Test
    void aConnectionThatIsBeingGivenBackIsNotGivenUp() throws Exception {
        promote();
        own.commands.get(0).onReply(NumberType.create(1L));
        await(connection.close());

        assertFalse(topology.borrowers.get(0).givesUp());
    }

    @Test
    void aLostConnectionIsTheEnd() throws Exception {
        connection.exceptionHandler(told::add).endHandler(end -> told.add(null));
        promote();
        topology.borrowers.get(0).onEnd(GONE);

        assertSame(GONE, awaitFailure(send(Command.GET, "key")));
        assertSame(GONE, awaitFailure(send(Command.WATCH, "key")));
        assertEquals(List.of("lend watch"), topology.asked);
        assertThrows(IllegalStateException.class, () -> topology.borrowers.get(0).onEnd(GONE));
        onContext(() -> assertEquals(2, told.size(), told::toString));
        assertEquals("gone", told.get(0).getMessage());
    }

    @Test
    void aConnectionThatIsLostBeforeItIsHandedOverIsTheEndAsWell() throws Exception {
        Future<Response> watch = send(Command.WATCH, "key");
        topology.borrowers.get(0).onEnd(GONE);
        topology.loans.get(0).complete(own);

        assertSame(GONE, awaitFailure(watch));
        assertSame(GONE, awaitFailure(send(Command.GET, "key")));
        assertEquals(List.of(), own.asked);
    }

    @Test
    void whatHasFailedBeforeIsToldToTheTransactionThatItMayHaveBeenMeantFor() throws Exception {
        send(Command.GET);
        promote();
        send(Command.GET);
        send(Command.GET);
        send(Command.MULTI);
        send(Command.GET);

        String failure = "failed: " + awaitFailure(send(Command.GET)).getMessage();
        assertEquals(List.of("watch", failure, "multi", failure), own.asked);
    }

    @Test
    void noMoreCommandsWaitThanMay() throws Exception {
        connection = connection(immediate().setMaxPending(1));
        send(Command.WATCH, "key");

        assertInstanceOf(BacklogFullException.class, awaitFailure(send(Command.MULTI)));
    }

    @Test
    void noMoreBytesWaitThanMay() throws Exception {
        connection = connection(immediate().setMaxPendingBytes(1000));

        assertInstanceOf(BacklogFullException.class, awaitFailure(send(Command.WATCH, "k".repeat(1000))));
        assertEquals(List.of(), topology.asked);
    }

    @Test
    void aClosedConnectionTakesNothing() throws Exception {
        promote();
        await(connection.close());

        assertInstanceOf(ConnectionLostException.class, awaitFailure(send(Command.GET, "key")));
        awaitFailure(send(Command.GET));
        assertEquals(List.of("watch", "release"), own.asked, "It may be somebody else's now");
    }

    @Test
    void whereKeysDecideMultiWaitsForOne() throws Exception {
        placeByKeys();
        assertEquals("OK", await(send(Command.MULTI)).toString());
        assertEquals(List.of(), topology.asked);

        send(Command.SET, "key", "value");
        topology.loans.get(0).complete(own);
        send(Command.EXEC);
        assertEquals(List.of("lend set"), topology.asked);
        assertEquals(List.of("multi", "set", "exec"), own.asked);
    }

    @Test
    void whereKeysDecideAFailureBreaksATransactionThatHasNotGotOne() throws Exception {
        placeByKeys();
        await(send(Command.MULTI));
        Throwable failure = awaitFailure(send(Command.GET));
        send(Command.EXEC);
        topology.loans.get(0).complete(own);

        assertEquals(List.of("multi", "failed: " + failure.getMessage(), "exec"), own.asked);
    }

    @Test
    void whereKeysDecideATransactionThatHasNotGotOneHoldsNothing() throws Exception {
        placeByKeys();
        await(send(Command.MULTI));
        await(connection.close());

        assertEquals(List.of(), topology.asked);
        assertInstanceOf(ConnectionLostException.class, awaitFailure(send(Command.EXEC)));
    }

    @Test
    void whereKeysDecideWhatBlocksHasAConnectionForThatTimeOnly() {
        placeByKeys();
        send(Command.BLPOP, "key", 1);
        send(Command.GET, "other");

        assertEquals(List.of("runAlone blpop", "submit get"), topology.asked);
    }

    @Test
    void whereKeysDecideAConnectionIsLeftWhenNothingIsOnIt() {
        placeByKeys();
        own.clean = false;
        promote();
        send(Command.GET, "key");
        own.commands.forEach(command -> command.onReply(NumberType.create(1L)));
        send(Command.GET, "key");
        assertEquals(List.of("watch", "get", "get"), own.asked, "The key is watched");

        own.clean = true;
        send(Command.GET, "key");
        assertEquals(List.of("watch", "get", "get", "get"), own.asked, "One has not been answered");
        own.commands.subList(2, 4).forEach(command -> command.onReply(NumberType.create(1L)));
        send(Command.GET, "other");
        assertEquals(List.of("watch", "get", "get", "get", "release"), own.asked);
        assertEquals(List.of("lend watch", "submit get"), topology.asked);
    }

    private void placeByKeys() {
        topology.placesByKeys = true;
        connection = connection(immediate());
    }

    private void promote() {
        send(Command.WATCH, "key");
        topology.loans.get(0).complete(own);
    }

    private Future<Response> send(Command command, Object... arguments) {
        return connection.send(request(command, arguments));
    }

    /** Behind what has been handed out there. */
    private void onContext(Runnable action) throws Exception {
        await(Future.future(done -> context.runOnContext(now -> {
            action.run();
            done.complete(null);
        })));
    }
}
