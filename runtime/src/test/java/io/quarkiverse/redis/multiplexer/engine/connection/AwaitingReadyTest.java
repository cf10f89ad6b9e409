package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;

/** {@link AwaitingReady}, with a clock that is a number. */
class AwaitingReadyTest {

    private final AwaitingReady waiting = new AwaitingReady();
    private final Throwable cause = new IllegalStateException("the reason");

    @Test
    void allAreToldTogether() {
        Promise<Void> first = add(1);
        Promise<Void> second = add(2);
        waiting.completeAll();
        assertTrue(first.future().succeeded() && second.future().succeeded());
        assertTrue(waiting.isEmpty());

        Promise<Void> third = add(3);
        waiting.failAll(cause);
        assertSame(cause, third.future().cause());
    }

    @Test
    void whoHasWaitedForLongEnoughFails() {
        Promise<Void> first = add(Long.MAX_VALUE - 1);
        Promise<Void> second = add(Long.MIN_VALUE + 1);
        waiting.expire(Long.MAX_VALUE - 2, cause);
        assertFalse(first.future().isComplete());
        waiting.expire(Long.MAX_VALUE, cause);
        assertSame(cause, first.future().cause());
        assertFalse(second.future().isComplete());
        assertFalse(waiting.isEmpty());
        waiting.expire(Long.MIN_VALUE + 1, cause);
        assertSame(cause, second.future().cause());
        assertTrue(waiting.isEmpty());
    }

    @Test
    void whoComesAgainWaitsForTheNextTime() {
        Promise<Void> again = Promise.promise();
        add(1).future().onComplete(told -> waiting.add(again, 2));
        waiting.failAll(cause);
        assertFalse(again.future().isComplete());
        assertFalse(waiting.isEmpty());
        waiting.completeAll();
        assertTrue(again.future().succeeded());
    }

    @Test
    void whoThrowsKeepsNobodyFromBeingTold() {
        for (int i = 0; i < 2; i++) {
            add(i).future().onComplete(told -> {
                throw new IllegalStateException("thrown by who waited");
            });
        }
        Promise<Void> last = add(3);
        waiting.completeAll();
        assertTrue(last.future().succeeded());
    }

    private Promise<Void> add(long deadline) {
        Promise<Void> promise = Promise.promise();
        waiting.add(promise, deadline);
        return promise;
    }
}
