package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.CapturedLog;
import io.vertx.core.Promise;

/** {@link Guard}: what callbacks throw gets to whoever completes their promise; Vert.x 5.2 keeps it to itself. */
class ThrowingCallbacksTest {

    @RegisterExtension
    final CapturedLog log = new CapturedLog();

    private final List<String> events = new ArrayList<>();
    private final Promise<String> promise = Promise.promise();

    @Test
    void whatCallbacksThrowIsLogged() {
        promise.future().onComplete(result -> {
            events.add(result.toString());
            throw new AssertionError("of the callback");
        });
        Guard.complete(promise, "result");
        assertEquals(1, events.size());
        assertTrue(promise.future().succeeded());
        assertEquals(1, log.count(Level.SEVERE));
    }

    @Test
    void whatCallbacksOfFailuresThrowIsLogged() {
        promise.future().onFailure(cause -> {
            events.add(cause.getMessage());
            throw new StackOverflowError();
        });
        Guard.fail(promise, new IllegalStateException("no"));
        assertEquals(List.of("no"), events);
        assertEquals(1, log.count(Level.SEVERE));
    }
}
