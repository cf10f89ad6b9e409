package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.NumberType;

/** {@link ConnectionDispatch}: commands on their way between a lane and a dedicated connection. */
class ConnectionDispatchTest extends DispatchByHand {

    private static final Map<DispatchState, Set<DispatchState>> TRANSITIONS = Map.of(
            SHARED, EnumSet.of(PROMOTING),
            PROMOTING, EnumSet.of(DEDICATED, BROKEN),
            DEDICATED, EnumSet.of(SHARED, BROKEN),
            BROKEN, EnumSet.noneOf(DispatchState.class));

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
        topology.borrowers.get(0).onEnd(new ConnectException("again"));
        onContext(() -> assertEquals(2, told.size(), told::toString));
        assertEquals("gone", told.get(0).getMessage());
    }

    @Test
    void noMoreSubscriptionsWaitThanMay() throws Exception {
        connection = connection(immediate().setMaxPending(1));
        Future<Response> first = send(Command.SUBSCRIBE, "a");
        assertInstanceOf(BacklogFullException.class, awaitFailure(send(Command.SUBSCRIBE, "b")));
        assertEquals(List.of("hub subscribe"), topology.asked);

        topology.subscriptions.get(0).complete();
        await(first);
        send(Command.UNSUBSCRIBE, "a");
        assertEquals(List.of("hub subscribe", "hub unsubscribe"), topology.asked);
    }

    @Test
    void theSubscriptionsOfALostConnectionHaveEnded() throws Exception {
        connection.exceptionHandler(told::add).endHandler(end -> told.add(null));
        Future<Response> subscribed = send(Command.SUBSCRIBE, "a");
        topology.subscriptions.get(0).complete();
        await(subscribed);
        promote();
        topology.borrowers.get(0).onEnd(GONE);

        assertSame(GONE, awaitFailure(send(Command.SUBSCRIBE, "b")));
        await(connection.close());
        assertEquals(List.of("hub subscribe", "lend watch", "detach"), topology.asked);
        onContext(() -> assertEquals(2, told.size(), told::toString));
    }

    @Test
    void nothingIsSubscribedToOnALostConnection() throws Exception {
        promote();
        topology.borrowers.get(0).onEnd(GONE);

        assertSame(GONE, awaitFailure(send(Command.SUBSCRIBE, "a")));
        await(connection.close());
        assertEquals(List.of("lend watch"), topology.asked);
    }

    @Test
    void aConnectionThatIsLostBeforeItIsHandedOverIsTheEndAsWell() throws Exception {
        Future<Response> watch = send(Command.WATCH, "key");
        topology.borrowers.get(0).onEnd(GONE);
        topology.loans.get(0).complete(own);

        assertSame(GONE, awaitFailure(watch));
        assertSame(GONE, awaitFailure(send(Command.GET, "key")));
        assertEquals(List.of("release"), own.asked, "It is of no use here");
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
    void withoutMemoryForAConnectionAllCommandsFail() throws Exception {
        topology.noMemory = Optional.of(new InternalError("for the test"));
        assertSame(topology.noMemory.get(), awaitFailure(send(Command.WATCH, "key")));
        assertSame(topology.noMemory.get(), awaitFailure(send(Command.GET, "key")));
    }

    @Test
    void whoCannotLeaveTheHubNowGivesBackTheConnectionAndLeavesWhenClosedAgain() throws Exception {
        send(Command.SUBSCRIBE, "a");
        promote();
        topology.noDetaching = Optional.of(new InternalError("for the test"));
        assertThrows(InternalError.class, connection::close);
        assertEquals(List.of("watch", "release"), own.asked);
        topology.noDetaching = Optional.empty();
        await(connection.close());
        assertEquals(List.of("hub subscribe", "lend watch", "detach"), topology.asked);
    }

    @Test
    void withoutMemoryToPassOnACommandThatOneFails() throws Exception {
        promote();
        own.noMemory = Optional.of(new InternalError("for the test"));
        assertSame(own.noMemory.get(), awaitFailure(send(Command.SET, "key", "value")));
        own.noMemory = Optional.empty();
        send(Command.GET, "key");
        await(connection.close());
        assertEquals(List.of("watch", "failed: for the test", "get", "release"), own.asked);
    }

    @Test
    void withoutMemoryToPassOnWhatOthersRelyOnTheConnectionIsDiscarded() throws Exception {
        promote();
        own.noMemory = Optional.of(new InternalError("for the test"));
        assertSame(own.noMemory.get(), awaitFailure(send(Command.MULTI)));
        assertEquals("discard: for the test", own.asked.get(1));
    }
}
