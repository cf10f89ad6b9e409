package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** The messages of one connection, on a real event loop. */
@Timeout(30)
class MessageStreamTest extends MessageStreamBench {

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
    void whatAHandlerHasPausedIsHandedOverLaterInOrder() throws Exception {
        stream.handler(message -> {
            handle(message);
            if (handled.size() % 3 == 0) {
                stream.pause();
            }
        });
        addAtOnce(0, 8);
        awaitContext();
        assertEquals(numbers(0, 3), handled);

        stream.fetch(1);
        awaitContext();
        assertEquals(numbers(0, 4), handled);

        addAtOnce(8, 9);
        stream.fetch(Long.MAX_VALUE);
        awaitContext();
        assertEquals(numbers(0, 6), handled);

        stream.fetch(Long.MAX_VALUE);
        awaitContext();
        assertEquals(numbers(0, 9), handled);
    }

    @Test
    void whatAHandlerLeavesToItsSuccessorComesThereInOrder() throws Exception {
        List<String> others = new ArrayList<>();
        stream.handler(message -> {
            handle(message);
            if (handled.size() == 2) {
                stream.handler(other -> others.add(other.toString()));
            }
        });
        addAtOnce(0, 6);
        awaitContext();
        assertEquals(numbers(0, 2), handled);
        assertEquals(numbers(2, 6), others);
    }

    @Test
    void nothingIsHandedOverAfterTheEnd() throws Exception {
        stream.handler(message -> {
            handle(message);
            if (handled.size() == 2) {
                stream.end();
            }
        });
        stream.endHandler(end -> ends.add("end"));
        addAtOnce(0, 6);
        addAtOnce(6, 7);
        awaitContext();
        assertEquals(numbers(0, 2), handled);
        assertEquals(List.of("end"), ends);
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
}
