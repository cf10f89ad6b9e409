package io.quarkiverse.redis.multiplexer.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** How many subscriptions may wait, answered by hand. */
class SubscriptionCallsTest {

    private final MultiplexerOptions options = new MultiplexerOptions().setMaxPending(2);
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), options);
    private final SubscriptionCalls calls = new SubscriptionCalls(options, PendingBytes.atMost(1000), failures);
    private final List<Promise<Void>> waiting = new ArrayList<>();

    @Test
    void noMoreWaitThanMayAndWhoIsAnsweredMakesRoom() {
        Future<Response> first = pass("a");
        Future<Response> second = pass("b");
        Throwable refusal = pass("c").cause();
        assertInstanceOf(BacklogFullException.class, refusal);
        assertTrue(refusal.getMessage().contains("its subscription hub"), refusal.getMessage());
        assertEquals(2, waiting.size());

        waiting.get(0).complete();
        assertTrue(first.succeeded());
        ConnectException gone = new ConnectException("gone");
        waiting.get(1).fail(gone);
        assertSame(gone, second.cause());
        pass("d");
        pass("e");
        assertEquals(4, waiting.size());
        assertTrue(pass("f").failed());
    }

    @Test
    void theirNamesAreCountedWithTheBytesOfAllCommands() {
        String large = "x".repeat(600);
        pass(large);
        Throwable refusal = pass(large).cause();
        assertTrue(refusal.getMessage().contains("max-pending-bytes"), refusal.getMessage());
        assertEquals(1, waiting.size());

        waiting.get(0).complete();
        pass(large);
        assertEquals(2, waiting.size());
    }

    @Test
    void aCallThatThrowsFailsItsCommandAndLeavesNothingBehind() {
        OutOfMemoryError error = new OutOfMemoryError("by hand");
        for (int i = 0; i < 10; i++) {
            Promise<Response> promise = Promise.promise();
            calls.pass(command(promise, "x".repeat(600)), () -> {
                throw error;
            });
            assertSame(error, promise.future().cause());
        }
    }

    private Future<Response> pass(String name) {
        Promise<Response> promise = Promise.promise();
        calls.pass(command(promise, name), () -> {
            Promise<Void> confirmed = Promise.promise();
            waiting.add(confirmed);
            return confirmed.future();
        });
        return promise.future();
    }

    private static SingleCommand command(Promise<Response> promise, String name) {
        return new SingleCommand(Request.cmd(Command.SUBSCRIBE).arg(name), promise, CommandReport.NONE);
    }
}
