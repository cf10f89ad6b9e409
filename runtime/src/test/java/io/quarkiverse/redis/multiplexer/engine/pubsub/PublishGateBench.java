package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxForTests;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** A gate, two callers on event loops of their own, and what they have sent; without a server. */
abstract class PublishGateBench {

    static Vertx vertx;

    final MultiplexerOptions options = new MultiplexerOptions().setMaxPending(1000);
    final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    final Context caller = newContext();
    final Context other = newContext();
    final Object connection = new Object();
    PublishGate gate = gate(options);

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    static PublishGate gate(MultiplexerOptions options) {
        return new PublishGate(options, new Failures("test", NodeAddress.of(new RedisOptions()), options),
                PendingBytes.atMost(options.getMaxPendingBytes()));
    }

    static Context newContext() {
        return VertxForTests.newContext(vertx);
    }

    void send(Context context, Command command, String name) {
        send(context, context, command, name);
    }

    void send(Context context, Object on, Command command, String name) {
        Request request = Request.cmd(command, name, name);
        Promise<Response> promise = Promise.promise();
        promise.future().onFailure(failures::add);
        PendingCommand pending = new SingleCommand(request, promise, CommandReport.NONE);
        if (on == context) {
            gate.pass(context, request, pending, () -> sent.add(name));
        } else {
            gate.pass(context, on, PublishGate.mayPublish(request), pending, () -> sent.add(name), pending::fail);
        }
    }

    /** Waits for what event loops have been given to do, and for what that gives them to do. */
    void settle() throws Exception {
        for (int i = 0; i < 6; i++) {
            for (Context context : List.of(caller, other)) {
                on(context, () -> {
                });
            }
        }
    }

    static void on(Context context, Runnable action) throws Exception {
        on(context, () -> {
            action.run();
            return null;
        });
    }

    static <T> T on(Context context, Callable<T> action) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            try {
                done.complete(action.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(20, TimeUnit.SECONDS);
    }

    static void await(Callable<Boolean> condition) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                .atMost(20, TimeUnit.SECONDS).until(condition);
    }

    void assertSent(String... expected) {
        assertEquals(List.of(expected), List.copyOf(sent));
    }
}
