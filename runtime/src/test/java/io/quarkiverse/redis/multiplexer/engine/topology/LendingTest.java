package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Uninterested;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;

/** {@link Lending}: how long a node is waited for, and what those are told who have waited. */
class LendingTest extends ClusterLoopByHand {

    private static final Throwable STOPPED = new IllegalStateException("stopped");

    private final AtomicInteger unreachable = new AtomicInteger();

    @BeforeEach
    void connect() {
        start();
    }

    private Future<LentConnection> lend(long millis) {
        Lending lending = new Lending(context, List.of(request(Command.WATCH, "k")), UnavailablePolicy.QUEUE,
                () -> Optional.of(nodes.get(A)),
                unreachable::incrementAndGet, () -> STOPPED);
        return lending.lend(new Uninterested(), System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), 0);
    }

    private void refuse(int attempt) throws Exception {
        HandConnector.Attempt refused = connectors.get(A).attempt(attempt);
        onLoop(() -> refused.fail(new ConnectException("refused")));
    }

    @Test
    void aNodeThatCannotBeReachedIsTriedAgain() throws Exception {
        Future<LentConnection> lent = lend(20_000);
        refuse(1);
        refuse(2);
        connect(A, 3);

        await(lent);
        assertEquals(2, unreachable.get());
    }

    @Test
    void whoseLastAttemptIsCutShortByTheDeadlineIsToldWhyTheOneBeforeHasFailed() throws Exception {
        Future<LentConnection> lent = lend(300);
        refuse(1);
        connectors.get(A).attempt(2);

        Throwable failure = assertInstanceOf(ConnectionLostException.class, awaitFailure(lent));
        assertTrue(failure.getMessage().contains("refused"), failure.getMessage());
    }

    @Test
    void whoseFirstAttemptTakesTooLongIsToldSo() throws Exception {
        assertInstanceOf(BacklogFullException.class, awaitFailure(lend(100)));
    }

    @Test
    void nobodyWaitsForANodeThatHasEnded() throws Exception {
        Future<LentConnection> lent = lend(20_000);
        refuse(1);
        connectors.get(A).attempt(2);
        nodes.get(A).close(Duration.ZERO);
        refuse(2);

        assertSame(STOPPED, awaitFailure(lent));
        assertSame(STOPPED, awaitFailure(lend(20_000)));
        assertEquals(2, connectors.get(A).attempts.size());
    }
}
