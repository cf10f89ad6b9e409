package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitMany;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.SimpleStringType;

/**
 * Messages come in turns of any size while the handler pauses, is replaced, throws, and asks for more from within and from
 * another thread: each message is handed over once, in order.
 */
class MessageStreamRandomTest {

    private static final int MESSAGES = 20_000;

    private final Vertx vertx = Vertx.vertx();
    private final MessageStream stream = new MessageStream(vertx, vertx.getOrCreateContext(), new MultiplexerOptions(),
            new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions()));
    private final List<String> handed = Collections.synchronizedList(new ArrayList<>(MESSAGES));
    /** Whether the handler may have been left without demand. */
    private final AtomicBoolean paused = new AtomicBoolean();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5 })
    void eachMessageIsHandedOverOnceAndInOrder(long seed) throws Exception {
        vertx.exceptionHandler(thrown -> {
            // What handlers throw here is thrown on purpose.
        });
        stream.handler(handler(new Random(seed)));
        Thread asking = new Thread(() -> ask(new Random(-seed)));
        asking.start();
        Random random = new Random(seed * 31);
        for (int sent = 0; sent < MESSAGES;) {
            int end = Math.min(MESSAGES, sent + 1 + random.nextInt(random.nextBoolean() ? 3 : 300));
            Deliveries deliveries = new Deliveries();
            stream.add(MessageRun.of(IntStream.range(sent, end).mapToObj(i -> SizedMessage.of(message(i))).toList()),
                    deliveries);
            deliveries.begin();
            sent = end;
        }
        awaitMany(MESSAGES, handed::size);
        asking.join();
        assertEquals(IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList(), List.copyOf(handed));
    }

    private static Response message(int number) {
        return SimpleStringType.create(Integer.toString(number));
    }

    private Handler<Response> handler(Random random) {
        return message -> {
            handed.add(message.toString());
            switch (random.nextInt(50)) {
                case 0 -> {
                    stream.pause();
                    paused.set(true);
                }
                case 1 -> stream.fetch(1 + random.nextInt(5));
                case 2 -> stream.handler(handler(random));
                case 3 -> throw new IllegalStateException("on purpose");
                default -> {
                    // It only takes it.
                }
            }
        };
    }

    private void ask(Random random) {
        while (handed.size() < MESSAGES) {
            if (paused.getAndSet(false)) {
                stream.fetch(random.nextInt(3) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(100));
                // Few may be too few.
                paused.set(random.nextBoolean());
            } else if (random.nextInt(10) == 0) {
                stream.fetch(10);
            }
            Thread.onSpinWait();
        }
    }
}
