package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.AskingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Uninterested;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link ClusterWay}: where connections come from when nodes cannot be reached. */
class ClusterWayLendingTest extends ClusterLoopByHand {

    private static final Borrower NOBODY = new Uninterested();

    @BeforeEach
    void connect() {
        start();
    }

    private Future<LentConnection> lend(LoneCommand.Way way, long millis) {
        return lend(way, millis, "BLPOP k 0");
    }

    private Future<LentConnection> lend(LoneCommand.Way way, long millis, String... requests) {
        return way.lend(Commands.requests(requests), NOBODY, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private ClusterWay way(UnavailablePolicy unavailable) {
        return new ClusterWay(this, context, 1, unavailable, new IllegalStateException("stopped"));
    }

    private void fail(HandConnector connector, int attempt, Throwable cause) throws Exception {
        HandConnector.Attempt failing = connector.attempt(attempt);
        onLoop(() -> failing.fail(cause));
    }

    @Test
    void whoeverHasTakenThePlaceOfANodeThatCannotBeReachedLends() throws Exception {
        Future<LentConnection> lent = lend(way(UnavailablePolicy.QUEUE), 20_000);
        fail(connectors.get(A), 1, new ConnectException("refused"));
        HandConnector.Attempt again = connectors.get(A).attempt(2);
        assertFalse(lent.isComplete());
        owner = B;
        onLoop(() -> again.fail(new ConnectException("refused")));
        connect(B, 1);
        await(lent);
        assertEquals(List.of(Suspicion.UNREACHABLE, Suspicion.UNREACHABLE), suspicions);
    }

    @Test
    void whoDoesNotWantToWaitIsToldAtOnce() throws Exception {
        Future<LentConnection> lent = lend(way(UnavailablePolicy.FAIL_FAST), 20_000);
        fail(connectors.get(A), 1, new ConnectException("refused"));
        Throwable failure = awaitFailure(lent);
        assertFalse(assertInstanceOf(CommandFailure.class, failure).sent());
        assertEquals(1, connectors.get(A).attempts.size());
    }

    /** That would tell about its own writes. */
    @Test
    void waitDoesNotWaitForWhoeverTakesThePlaceOfItsNode() throws Exception {
        Future<LentConnection> lent = lend(way(UnavailablePolicy.QUEUE), 20_000, "WAIT 1 0");
        fail(connectors.get(A), 1, new ConnectException("refused"));
        assertFalse(assertInstanceOf(CommandFailure.class, awaitFailure(lent)).sent());
        assertEquals(1, connectors.get(A).attempts.size());
        assertEquals(List.of(Suspicion.UNREACHABLE), suspicions);
    }

    @Test
    void whatWritesBeforeItWaitsMayDoSoElsewhere() throws Exception {
        Future<LentConnection> lent = lend(way(UnavailablePolicy.QUEUE), 20_000, "SET k 1", "WAIT 1 0");
        fail(connectors.get(A), 1, new ConnectException("refused"));
        connect(A, 2);
        await(lent);
    }

    @Test
    void nobodyWaitsForLongerThanItsTime() throws Exception {
        Future<LentConnection> lent = lend(way(UnavailablePolicy.QUEUE), 100);
        for (int attempt = 1; !lent.isComplete(); attempt++) {
            int next = attempt;
            awaitUntil(() -> lent.isComplete() || connectors.get(A).attempts.size() >= next);
            if (!lent.isComplete()) {
                fail(connectors.get(A), attempt, new ConnectException("refused"));
            }
            settle();
        }
        Throwable failure = awaitFailure(lent);
        assertFalse(assertInstanceOf(CommandFailure.class, failure).sent());
        assertTrue(
                failure.getMessage()
                        .matches("Redis client 'test' at a:1 could not connect within .*: ConnectException: refused"),
                failure::getMessage);
    }

    @Test
    void aServerThatRefusesForGoodIsNotTriedAgainAndOneThatIsLoadingIs() throws Exception {
        Future<LentConnection> refused = lend(way(UnavailablePolicy.QUEUE), 20_000);
        fail(connectors.get(A), 1, ErrorType.create("WRONGPASS no"));
        assertTrue(awaitFailure(refused).getMessage().startsWith("WRONGPASS"));
        Future<LentConnection> loading = lend(way(UnavailablePolicy.QUEUE), 20_000);
        fail(connectors.get(A), 2, ErrorType.create("LOADING not yet"));
        connect(A, 3);
        await(loading);
    }

    @Test
    void insteadOfANodeThatShouldBeAskedAndCannotBeReachedTheOwnerLends() throws Exception {
        ClusterWay way = way(UnavailablePolicy.QUEUE);
        Future<LentConnection> first = lend(way, 20_000);
        connect(A, 1);
        await(first);
        LoneCommand.Way asked = way.after(ErrorType.create("ASK 1 b:2")).orElseThrow();
        SingleCommand command = new SingleCommand(Commands.request("BLPOP k 0"), Promise.promise(), CommandReport.NONE);
        assertInstanceOf(AskingCommand.class, asked.wrapped(command));
        Future<LentConnection> second = lend(asked, 20_000);
        fail(connectors.get(B), 1, new ConnectException("refused"));
        connect(A, 2);
        await(second);
        assertSame(command, asked.wrapped(command));
    }

    /** Its command is one whose keys only servers know. */
    @Test
    void whoIsToldOfAnotherSlotThanWasThoughtGoesOnToWhoHasThat() throws Exception {
        ClusterWay way = way(UnavailablePolicy.QUEUE);
        Future<LentConnection> first = lend(way, 20_000);
        connect(A, 1);
        await(first);
        LoneCommand.Way told = way.after(ErrorType.create("MOVED 2 b:2")).orElseThrow();
        Future<LentConnection> second = lend(told, 20_000);
        connect(B, 1);
        await(second);
        moved(2, A);
        Future<LentConnection> third = lend(told.after(ErrorType.create("TRYAGAIN not yet")).orElseThrow(), 20_000);
        connect(A, 2);
        await(third);
        assertEquals(List.of(), suspicions);
    }

    @Test
    void errorsOfAnOutageHaveNoOtherWayForWhoDoesNotWantToWait() throws Exception {
        ClusterWay way = way(UnavailablePolicy.FAIL_FAST);
        Future<LentConnection> lent = lend(way, 20_000);
        connect(A, 1);
        await(lent);
        assertTrue(way.after(ErrorType.create("CLUSTERDOWN The cluster is down")).isEmpty());
        assertTrue(way.after(ErrorType.create("TRYAGAIN not yet")).isPresent());
        assertTrue(way.after(ErrorType.create("UNBLOCKED the stream key no longer exists")).isPresent());
    }
}
