package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** A stream with a small limit, and what its handlers have heard; without a server. */
abstract class MessageStreamBench {

    static final int LIMIT = 10;
    static Vertx vertx;

    final Context context = vertx.getOrCreateContext();
    final MessageStream stream = new MessageStream(vertx, context,
            new MultiplexerOptions().setMaxWaitingMessages(LIMIT),
            new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions()));
    final List<String> handled = Collections.synchronizedList(new ArrayList<>());
    final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    final List<String> ends = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    void handle(Response message) {
        handled.add(message.toString());
    }

    void add(int from, int to) {
        for (int i = from; i < to; i++) {
            stream.add(message(i));
        }
    }

    /** All in one turn of the event loop that they come from. */
    void addAtOnce(int from, int to) {
        Deliveries deliveries = new Deliveries();
        stream.add(MessageRun.of(IntStream.range(from, to).mapToObj(i -> SizedMessage.of(message(i))).toList()), deliveries);
        deliveries.begin();
    }

    static Response message(int number) {
        return SimpleStringType.create(Integer.toString(number));
    }

    static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    /** Waits for what the context has been given to do, and for what that gives it to do. */
    void awaitContext() throws Exception {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            context.runOnContext(done::complete);
            done.get(10, TimeUnit.SECONDS);
        }
    }
}
