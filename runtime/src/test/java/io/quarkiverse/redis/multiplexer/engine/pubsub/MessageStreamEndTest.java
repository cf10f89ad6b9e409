package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.PushType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** Handlers that fail or are not there, and the end of a stream. */
@Timeout(30)
class MessageStreamEndTest extends MessageStreamBench {

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
    void whatCouldNotBeDeliveredComesWithTheNextMessage() {
        HandContext hand = new HandContext();
        MessageStream own = new MessageStream(vertx, hand.context, new MultiplexerOptions(),
                new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions()));
        own.handler(this::handle);
        hand.failOnce();
        own.add(message(1));
        assertEquals(0, hand.waiting());
        own.add(message(2));
        hand.runOne();
        hand.failOnce();
        own.confirm(message(3));
        own.fetch(1);
        hand.runOne();

        assertEquals(List.of("1", "2", "3"), handled);
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
}
