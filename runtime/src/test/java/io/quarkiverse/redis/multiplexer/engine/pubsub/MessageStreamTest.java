package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.PushType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** The messages of one connection, on a real event loop. */
@Timeout(30)
class MessageStreamTest {

    private static final int LIMIT = 10;
    private static Vertx vertx;

    private final Context context = vertx.getOrCreateContext();
    private final MessageStream stream = new MessageStream(vertx, context,
            new MultiplexerOptions().setMaxWaitingMessages(LIMIT),
            new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions()));
    private final List<String> handled = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<String> ends = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void messagesAreHandedOverInOrderOnTheContext() throws Exception {
        List<Context> contexts = Collections.synchronizedList(new ArrayList<>());
        stream.handler(message -> {
            contexts.add(Vertx.currentContext());
            handle(message);
        });
        add(0, LIMIT);
        awaitContext();

        assertEquals(numbers(0, LIMIT), handled);
        contexts.forEach(used -> assertSame(context, used));
    }

    @Test
    void moreThanATurnsWorthOfMessagesArrives() throws Exception {
        MessageStream large = new MessageStream(vertx, context, new MultiplexerOptions(),
                new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions()));
        CountDownLatch all = new CountDownLatch(5_000);
        large.pause();
        large.handler(message -> {
            handle(message);
            all.countDown();
        });
        for (int i = 0; i < 5_000; i++) {
            large.add(message(i));
        }
        large.fetch(Long.MAX_VALUE);

        assertTrue(all.await(10, TimeUnit.SECONDS));
        assertEquals(numbers(0, 5_000), handled);
    }

    @Test
    void theLatestMessagesWaitForAHandler() throws Exception {
        stream.exceptionHandler(failures::add);
        add(0, LIMIT + 5);
        awaitContext();
        assertEquals(List.of(), handled);

        stream.handler(this::handle);
        awaitContext();

        assertEquals(numbers(5, LIMIT + 5), handled);
        assertEquals(List.of(), failures);
    }

    @Test
    void aPausedStreamHandsOverWhatIsAskedFor() throws Exception {
        stream.handler(this::handle);
        stream.pause();
        add(0, 6);
        awaitContext();
        assertEquals(List.of(), handled);

        stream.fetch(2);
        awaitContext();
        assertEquals(numbers(0, 2), handled);

        stream.fetch(1);
        stream.fetch(1);
        awaitContext();
        assertEquals(numbers(0, 4), handled);

        stream.fetch(3);
        awaitContext();
        add(6, 9);
        awaitContext();
        assertEquals(numbers(0, 7), handled, "What was asked for in advance counts");

        stream.fetch(5);
        stream.fetch(Long.MAX_VALUE);
        add(9, 15);
        awaitContext();
        assertEquals(numbers(0, 15), handled);
    }

    @Test
    void aHandlerMayPauseFromWithin() throws Exception {
        stream.pause();
        stream.handler(message -> {
            handle(message);
            if (handled.size() == 3) {
                stream.pause();
            }
        });
        add(0, 6);
        stream.fetch(Long.MAX_VALUE);
        awaitContext();

        assertEquals(numbers(0, 3), handled);
    }

    @Test
    void anOverflowIsReportedOncePerTime() throws Exception {
        stream.handler(this::handle);
        stream.exceptionHandler(failures::add);
        stream.pause();
        add(0, LIMIT + 100);
        awaitContext();
        assertEquals(1, failures.size());
        String message = assertInstanceOf(BacklogFullException.class, failures.get(0)).getMessage();
        assertTrue(message.contains("quarkus.redis-multiplexer.max-waiting-messages"), message);

        stream.fetch(1);
        awaitContext();
        add(200, 203);
        awaitContext();
        assertEquals(1, failures.size(), "There was room for one, but the handler has not caught up");

        stream.fetch(LIMIT);
        awaitContext();
        stream.pause();
        add(300, 300 + LIMIT + 1);
        awaitContext();
        assertEquals(2, failures.size(), "The handler had caught up in between");

        stream.fetch(Long.MAX_VALUE);
        awaitContext();
        List<String> expected = new ArrayList<>(numbers(0, LIMIT));
        expected.add("200");
        expected.addAll(numbers(300, 300 + LIMIT));
        assertEquals(expected, handled);
    }

    @Test
    void confirmationsAreNotLeftOut() throws Exception {
        stream.handler(this::handle);
        stream.pause();
        add(0, LIMIT);
        stream.confirm(message(LIMIT));
        stream.fetch(Long.MAX_VALUE);
        awaitContext();

        assertEquals(numbers(0, LIMIT + 1), handled);
    }

    @Test
    void aHandlerThatFailsGetsTheNextMessageAllTheSame() throws Exception {
        stream.handler(message -> {
            handle(message);
            if (handled.size() == 1) {
                throw new IllegalStateException("on purpose");
            }
            if (handled.size() == 2) {
                throw new AssertionError("on purpose, like a test's");
            }
        });
        add(0, 4);
        awaitContext();
        add(4, 5);
        awaitContext();

        assertEquals(numbers(0, 5), handled);
    }

    @Test
    void whatAHandlerThrowsGoesToTheExceptionHandlerOfItsContext() throws Exception {
        List<Throwable> reported = Collections.synchronizedList(new ArrayList<>());
        context.exceptionHandler(thrown -> {
            reported.add(thrown);
            throw new AssertionError("not even that stops the stream");
        });
        try {
            stream.handler(message -> {
                handle(message);
                throw new IllegalStateException("of the handler");
            });
            add(0, 2);
            awaitContext();
        } finally {
            context.exceptionHandler(null);
        }

        assertEquals(numbers(0, 2), handled);
        assertEquals(List.of("of the handler", "of the handler"), reported.stream().map(Throwable::getMessage).toList());
    }

    @Test
    void nothingOfWhatTheEventBusThrowsComesOut() throws Exception {
        Handler<DeliveryContext<Object>> interceptor = delivery -> {
            throw new AssertionError("of an interceptor");
        };
        vertx.eventBus().addOutboundInterceptor(interceptor);
        try {
            PushType push = PushType.create(3);
            push.add(SimpleStringType.create("message"));
            push.add(SimpleStringType.create("news"));
            push.add(SimpleStringType.create("hello"));
            stream.add(push);
            stream.handler(this::handle);
            awaitContext();
        } finally {
            vertx.eventBus().removeOutboundInterceptor(interceptor);
        }

        assertEquals(List.of("[message, news, hello]"), handled);
    }

    @Test
    void aStreamThatOutlivesItsVertxIsSilent() throws Exception {
        Vertx other = Vertx.vertx();
        MessageStream late = new MessageStream(other, other.getOrCreateContext(), new MultiplexerOptions(),
                new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions()));
        late.handler(this::handle);
        other.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);

        late.add(message(1));
        late.confirm(message(2));
        late.fail(new IllegalStateException("nobody is there"));
        late.end();

        assertEquals(List.of(), handled);
    }

    @Test
    void nothingComesAfterSilence() throws Exception {
        stream.handler(message -> {
            handle(message);
            stream.silence(false);
        });
        stream.endHandler(end -> ends.add("end"));
        add(0, 3);
        awaitContext();
        stream.end();
        awaitContext();

        assertEquals(List.of("0"), handled);
        assertEquals(List.of(), ends);
    }

    @Test
    void theEndIsToldOnceAndNothingComesAfterIt() throws Exception {
        stream.handler(this::handle);
        stream.endHandler(end -> ends.add("end"));
        stream.pause();
        add(0, 3);
        stream.end();
        stream.end();
        stream.fetch(Long.MAX_VALUE);
        add(3, 6);
        awaitContext();

        assertEquals(List.of("end"), ends);
        assertEquals(List.of(), handled);
    }

    @Test
    void aFailureIsToldOnTheContext() throws Exception {
        CompletableFuture<Context> told = new CompletableFuture<>();
        stream.fail(new IllegalStateException("nobody listens"));
        awaitContext();
        stream.exceptionHandler(failure -> told.complete(Vertx.currentContext()));
        stream.fail(new IllegalStateException("lost"));

        assertSame(context, told.get(10, TimeUnit.SECONDS));
    }

    /** As with the stock client; see the Vert.x documentation. */
    @Test
    void aPublishedMessageWithoutAHandlerGoesToTheEventBus() throws Exception {
        CompletableFuture<JsonObject> received = new CompletableFuture<>();
        vertx.eventBus().<JsonObject> consumer("io.vertx.redis.news", message -> received.complete(message.body()));
        PushType push = PushType.create(3);
        push.add(SimpleStringType.create("message"));
        push.add(SimpleStringType.create("news"));
        push.add(SimpleStringType.create("hello"));

        stream.add(push);

        assertEquals(new JsonObject("{'status':'OK','value':{'channel':'news','message':'hello'}}".replace('\'', '"')),
                received.get(10, TimeUnit.SECONDS));
    }

    private void handle(Response message) {
        handled.add(message.toString());
    }

    private void add(int from, int to) {
        for (int i = from; i < to; i++) {
            stream.add(message(i));
        }
    }

    private static Response message(int number) {
        return SimpleStringType.create(Integer.toString(number));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    /** Waits for what the context has been given to do, and for what that gives it to do. */
    private void awaitContext() throws Exception {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            context.runOnContext(done::complete);
            done.get(10, TimeUnit.SECONDS);
        }
    }
}
