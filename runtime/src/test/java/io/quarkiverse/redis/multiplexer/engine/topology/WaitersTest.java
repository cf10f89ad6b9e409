package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link Waiters}. */
class WaitersTest {

    private static final Throwable LATE = new IllegalStateException("late");
    private static final Throwable UNKNOWN = new IllegalStateException("unknown");

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Waiters waiters = new Waiters(channel.eventLoop(), 100, () -> LATE);

    private Future<Void> waiter() {
        return waiter(UnavailablePolicy.FAIL_FAST);
    }

    private Future<Void> waiter(UnavailablePolicy unavailable) {
        Promise<Void> promise = Promise.promise();
        waiters.add(promise, unavailable, Optional.empty());
        return promise.future();
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void eachIsToldOnceAndWhoComesAgainWaitsAgain() {
        Promise<Void> again = Promise.promise();
        waiter().onSuccess(done -> waiters.add(again, UnavailablePolicy.FAIL_FAST, Optional.empty()));
        Future<Void> other = waiter();
        waiters.complete();
        assertTrue(other.succeeded());
        assertFalse(again.future().isComplete());
        waiters.fail(UNKNOWN);
        assertSame(UNKNOWN, again.future().cause());
    }

    @Test
    void whatOneThrowsHarmsNoOther() {
        waiter().onComplete(done -> {
            throw new IllegalStateException("on purpose");
        });
        Future<Void> other = waiter();
        waiters.complete();
        assertTrue(other.succeeded());
    }

    @Test
    void whoWantsToWaitGoesOnUnlessThatDoesNotHelp() {
        Future<Void> patient = waiter(UnavailablePolicy.QUEUE);
        Future<Void> other = waiter();
        waiters.fail(UNKNOWN);
        assertSame(UNKNOWN, other.cause());
        assertFalse(patient.isComplete());
        Throwable refusal = ErrorType.create("WRONGPASS no");
        waiters.fail(refusal);
        assertSame(refusal, patient.cause());
        Future<Void> last = waiter(UnavailablePolicy.QUEUE);
        waiters.end(UNKNOWN);
        assertSame(UNKNOWN, last.cause());
    }

    @Test
    void nobodyWaitsForLongerThanItMay() {
        channel.freezeTime();
        Future<Void> known = waiter();
        waiters.complete();
        Future<Void> first = waiter(UnavailablePolicy.QUEUE);
        pass(60);
        Future<Void> second = waiter();
        pass(39);
        assertFalse(first.isComplete());
        pass(1);
        assertSame(LATE, first.cause());
        assertFalse(second.isComplete());
        pass(60);
        assertEquals(List.of(true, true), List.of(known.succeeded(), second.cause() == LATE));
    }
}
