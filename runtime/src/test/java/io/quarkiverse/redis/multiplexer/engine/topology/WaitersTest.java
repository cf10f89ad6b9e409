package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** {@link Waiters}. */
class WaitersTest {

    private final Waiters waiters = new Waiters();

    private Future<Void> waiter() {
        Promise<Void> promise = Promise.promise();
        waiters.add(promise);
        return promise.future();
    }

    @Test
    void eachIsToldOnceAndWhoComesAgainWaitsAgain() {
        Promise<Void> again = Promise.promise();
        waiter().onSuccess(done -> waiters.add(again));
        Future<Void> other = waiter();
        waiters.complete();
        assertTrue(other.succeeded());
        assertFalse(again.future().isComplete());
        Throwable cause = new IllegalStateException("unknown");
        waiters.fail(cause);
        assertSame(cause, again.future().cause());
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
}
