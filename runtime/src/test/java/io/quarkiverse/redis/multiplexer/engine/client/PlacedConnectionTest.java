package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.engine.topology.LimitByHand;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.NumberType;

/** {@link ConnectionDispatch} where keys decide what goes where: nothing is held for longer than it must be. */
class PlacedConnectionTest extends DispatchByHand {

    @BeforeEach
    void placeByKeys() {
        topology.placesByKeys = true;
        connection = connection(immediate());
    }

    @Test
    void multiWaitsForOne() throws Exception {
        assertEquals("OK", await(send(Command.MULTI)).toString());
        assertEquals(List.of(), topology.asked);

        send(Command.SET, "key", "value");
        topology.loans.get(0).complete(own);
        send(Command.EXEC);
        assertEquals(List.of("lend set"), topology.asked);
        assertEquals(List.of("multi", "set", "exec"), own.asked);
    }

    @Test
    void aFailureBreaksATransactionThatHasNotGotOne() throws Exception {
        await(send(Command.MULTI));
        Throwable failure = awaitFailure(send(Command.GET));
        send(Command.EXEC);
        topology.loans.get(0).complete(own);

        assertEquals(List.of("multi", "failed: " + failure.getMessage(), "exec"), own.asked);
    }

    @Test
    void aTransactionThatHasNotGotOneHoldsNothing() throws Exception {
        await(send(Command.MULTI));
        await(connection.close());

        assertEquals(List.of(), topology.asked);
        assertInstanceOf(ConnectionLostException.class, awaitFailure(send(Command.EXEC)));
    }

    @Test
    void whatBlocksHasAConnectionForThatTimeOnly() {
        send(Command.BLPOP, "key", 1);
        send(Command.GET, "other");

        assertEquals(List.of("runAlone blpop", "submit get"), topology.asked);
    }

    @Test
    void aConnectionIsLeftWhenNothingIsOnIt() {
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

    @Test
    void whatBlocksForEverIsLimitedWhenItsConnectionIsClosed() throws Exception {
        send(Command.BLPOP, "key", 0);
        send(Command.BLPOP, "other", 0);
        topology.commands.get(0).onReply(NumberType.create(1L));
        HandConnection answered = hold(0);
        HandConnection blocked = hold(1);
        await(connection.close());

        assertEquals(List.of(), answered.asked, "Somebody else may have it by now");
        assertEquals(List.of("limit blpop"), blocked.asked);
    }

    private HandConnection hold(int index) {
        HandConnection lent = new HandConnection();
        LimitByHand.hold(topology.limits.get(index), lent, topology.commands.get(index));
        return lent;
    }

    @Test
    void nothingWaitsForWhatBlocks() throws Exception {
        send(Command.BLPOP, "key", 0);
        assertEquals("OK", await(send(Command.MULTI)).toString());
        send(Command.SET, "key", "value");
        topology.loans.get(0).complete(own);
        assertEquals(List.of("multi", "set"), own.asked);
    }

    /** It is being closed when the next one is there already. */
    @Test
    void theEndOfAConnectionThatWasLeftIsNotThatOfTheNextOne() throws Exception {
        connection.exceptionHandler(told::add);
        leave();
        Future<Response> watch = send(Command.WATCH, "other");
        topology.borrowers.get(0).onEnd(GONE);
        assertFalse(topology.borrowers.get(0).expectsMessages());
        assertFalse(topology.borrowers.get(0).givesUp());
        HandConnection next = new HandConnection();
        next.clean = false;
        topology.loans.get(1).complete(next);
        assertEquals(List.of("watch"), next.asked);
        next.commands.get(0).onReply(NumberType.create(1L));
        await(watch);

        topology.borrowers.get(0).onEnd(GONE);
        send(Command.GET, "other");
        onContext(() -> assertEquals(List.of(), told));
        await(connection.close());
        assertEquals(List.of("watch", "get", "release"), next.asked);
    }

    @Test
    void theEndOfAConnectionThatWasLeftIsNothingToOneThatHoldsNone() throws Exception {
        leave();
        topology.borrowers.get(0).onEnd(GONE);
        send(Command.GET, "key");
        assertEquals(List.of("lend watch", "submit get", "submit get"), topology.asked);
    }

    private void leave() {
        promote();
        own.commands.get(0).onReply(NumberType.create(1L));
        send(Command.GET, "key");
        assertEquals(List.of("watch", "release"), own.asked);
        topology.commands.get(0).onReply(NumberType.create(1L));
    }
}
