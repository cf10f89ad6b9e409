package io.quarkiverse.redis.multiplexer.engine.vertx;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.vertx.ConnectionLeases.Leased;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** The pool, with connections that are names, made and ended by hand. */
class ConnectionLeasesTest {

    private static final long LONG = 20_000;
    private static final int MAX_WAITING = 5;

    private record Attempt(Promise<String> promise, Runnable ended) {
    }

    private final Vertx vertx = Vertx.vertx();
    private final Context caller = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    private final List<String> unusable = new CopyOnWriteArrayList<>();
    private final Exception tooLate = new Exception("too late");
    private final ConnectionLeases<String> leases = new ConnectionLeases<>(1, MAX_WAITING, (context, ended) -> {
        Promise<String> promise = VertxAccess.promise(context);
        attempts.add(new Attempt(promise, ended));
        return promise.future();
    }, connection -> !unusable.contains(connection));

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void aConnectionIsMadeOnceAndLentAgain() throws Exception {
        Future<Leased<String>> first = acquire(LONG);
        attempt(1).promise.complete("one");
        assertEquals("one", await(first).connection());
        assertEquals(1, leases.size());

        await(first).giveBack().run();

        assertEquals("one", await(acquire(LONG)).connection());
        assertEquals(1, attempts.size());
    }

    @Test
    void anAttemptThatCannotBeginTakesNoPlace() throws Exception {
        ConnectionLeases<String> scarce = new ConnectionLeases<>(1, MAX_WAITING, (context, ended) -> {
            throw new InternalError("by hand");
        }, connection -> true);
        for (int i = 0; i < 2; i++) {
            assertInstanceOf(InternalError.class, awaitFailure(scarce.acquire(caller, LONG, () -> tooLate)));
        }
        assertEquals(0, scarce.size());
    }

    @Test
    void whoWaitsGetsWhatIsGivenBack() throws Exception {
        Leased<String> lent = lend("one");
        Future<Leased<String>> waiting = acquire(LONG);
        assertFalse(waiting.isComplete());

        lent.giveBack().run();

        assertEquals("one", await(waiting).connection());
    }

    @Test
    void noMoreWaitThanMay() throws Exception {
        lend("one");
        for (int i = 0; i < MAX_WAITING; i++) {
            acquire(LONG);
        }

        awaitFailure(acquire(LONG));
    }

    @Test
    void oneWaitsNoLongerThanOneWouldAndLeavesItToOthers() throws Exception {
        Leased<String> lent = lend("one");
        assertSame(tooLate, awaitFailure(acquire(1)));

        Future<Leased<String>> next = acquire(LONG);
        lent.giveBack().run();
        assertEquals("one", await(next).connection());
    }

    @Test
    void whatComesTooLateGoesIntoThePool() throws Exception {
        assertSame(tooLate, awaitFailure(acquire(1)));
        attempt(1).promise.complete("late");

        assertEquals("late", eventually(() -> acquire(LONG)).connection());
        assertEquals(1, attempts.size());
    }

    @Test
    void aFailedAttemptFailsWhoWaitsForIt() throws Exception {
        Exception failure = new Exception("by hand");
        Future<Leased<String>> first = acquire(LONG);
        attempt(1).promise.fail(failure);

        assertSame(failure, awaitFailure(first));
        awaitUntil(() -> leases.size() == 0);
    }

    @Test
    void whatHasEndedMakesRoom() throws Exception {
        lend("one");
        attempt(1).ended.run();
        awaitUntil(() -> leases.size() == 0);

        Future<Leased<String>> next = acquire(LONG);
        attempt(2).promise.complete("two");
        assertEquals("two", await(next).connection());
    }

    @Test
    void whatIsEvictedIsHandedOverUnlessItIsLent() throws Exception {
        List<String> evicted = Collections.synchronizedList(new ArrayList<>());
        Leased<String> lent = lend("one");
        leases.evict(connection -> true, evicted::addAll);
        assertEquals(List.of(), evicted);

        lent.giveBack().run();
        awaitUntil(() -> {
            leases.evict(connection -> true, evicted::addAll);
            return evicted.equals(List.of("one"));
        });
        assertEquals(0, leases.size());
    }

    @Test
    void closingHandsOverWhatThereIsAndFailsWhoWaits() throws Exception {
        List<Future<String>> leftover = Collections.synchronizedList(new ArrayList<>());
        lend("one");
        Future<Leased<String>> waiting = acquire(LONG);
        leases.close(leftover::add);

        awaitFailure(waiting);
        awaitUntil(() -> leftover.size() == 1);
        assertEquals("one", await(leftover.get(0)));
        awaitFailure(acquire(LONG));
    }

    @Test
    void afterVertxWasClosedOneGetsAFailure() throws Exception {
        await(vertx.close());
        awaitUntil(() -> VertxAccess.eventLoop(caller).isShutdown());

        assertTrue(acquire(LONG).failed());
    }

    private Leased<String> lend(String name) throws Exception {
        Future<Leased<String>> lent = acquire(LONG);
        attempt(1).promise.complete(name);
        return await(lent);
    }

    private Future<Leased<String>> acquire(long timeoutMillis) {
        return leases.acquire(caller, timeoutMillis, () -> tooLate);
    }

    private Attempt attempt(int number) {
        awaitUntil(() -> attempts.size() >= number);
        return attempts.get(number - 1);
    }
}
