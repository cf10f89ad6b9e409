package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** What callers do when they hear of a result costs nobody a connection; and nothing is thrown at them. */
class ForeignCodeTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    /** An error and an exception, through futures that have no context to catch them. */
    private static <T> void blowUp(Future<T> future, AtomicInteger heard) {
        Future.all(future, Future.succeededFuture()).onComplete(result -> {
            if (heard.incrementAndGet() % 2 == 0) {
                throw new StackOverflowError("a caller's");
            }
            throw new IllegalStateException("a caller's");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "timeout", "loss", "reply", "error", "no lease" })
    void aCallbackThatThrowsLeaksNoConnection(String end) throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "HELLO" -> "-ERR unknown command\r\n";
            case "BLPOP" -> switch (command.get(1)) {
                case "timeout", "no lease" -> null;
                case "loss" -> ScriptedServer.HANG_UP;
                case "error" -> "-WRONGTYPE not a list\r\n";
                default -> "*-1\r\n";
            };
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setMaxDedicatedConnections(2).setCommandTimeout(Duration.ofMillis(400)));
            AtomicInteger heard = new AtomicInteger();
            int callers = end.equals("no lease") ? 6 : 2;
            for (int i = 0; i < callers; i++) {
                real.vertx().runOnContext(turn -> blowUp(redis.send(request(Command.BLPOP, end, 0.1)), heard));
            }
            awaitUntil(() -> heard.get() == callers);
            for (int i = 0; i < 6; i++) {
                awaitUntil(() -> {
                    Future<Response> popped = redis.send(request(Command.BLPOP, "works", 0.1));
                    try {
                        return await(popped) == null;
                    } catch (java.util.concurrent.ExecutionException e) {
                        // Whoever timed out has the connection until it is closed.
                        assertInstanceOf(BacklogFullException.class, e.getCause());
                        return false;
                    }
                });
            }
        }
    }

    @Test
    void aCallbackMayUseTheConnectionThatItHearsOf() throws Exception {
        RedisConnection connection = await(real.client().connect());
        AtomicInteger answers = new AtomicInteger();
        connection.send(request(Command.MULTI)).onComplete(multi -> connection.send(request(Command.INCR, "key"))
                .onComplete(queued -> connection.send(request(Command.EXEC)).onComplete(executed -> {
                    connection.close();
                    connection.send(request(Command.PING)).onFailure(closed -> answers.incrementAndGet());
                })));
        awaitUntil(() -> answers.get() == 1);
    }

    /** Sends again whatever fails, at once: that must not keep the others from hearing of their failures. */
    @Test
    void aCallbackThatSendsAgainDoesNotSpin() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setMaxDedicatedConnections(1)
                .setCommandTimeout(Duration.ofMillis(300)));
        RealRedis.warmUp(redis);
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.WATCH, "key")));
        real.server().freeze();
        AtomicInteger failures = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            connection.send(request(Command.GET, "key")).onFailure(first -> connection.send(request(Command.GET, "key"))
                    .onFailure(second -> failures.incrementAndGet()));
        }
        awaitUntil(() -> failures.get() == 10);
        real.server().thaw();
        await(connection.close());
        assertNull(await(redis.send(request(Command.BLPOP, "queue", 0.01))));
    }

    @Test
    void nothingIsThrownAfterVertxWasClosed() throws Exception {
        Vertx vertx = Vertx.vertx();
        MultiplexedRedis redis = MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(real.server().url()),
                new MultiplexerOptions());
        RedisConnection shared = await(redis.connect());
        RedisConnection dedicated = await(redis.connect());
        await(dedicated.send(request(Command.WATCH, "key")));
        await(vertx.close());
        for (Request request : List.of(request(Command.GET, "key"), request(Command.BLPOP, "key", 1),
                request(Command.SELECT, 1),
                request(Command.MULTI), request(Command.SUBSCRIBE, "channel"), request(Command.SET, "key"),
                request(Command.WAIT, 0, 1))) {
            awaitFailure(redis.send(request));
            awaitFailure(redis.batch(List.of(request)));
            awaitFailure(shared.send(request));
            awaitFailure(shared.batch(List.of(request)));
            awaitFailure(dedicated.send(request));
            awaitFailure(dedicated.batch(List.of(request)));
        }
        awaitFailure(redis.connect());
        assertEquals(List.of(), await(redis.batch(List.of())));
        assertEquals(List.of(), await(shared.batch(List.of())));
        await(shared.close());
        await(dedicated.close());
        redis.close();
    }

    /** As the stock client does: that is a fault of the program, and no result. */
    @Test
    void nullIsNoRequest() throws Exception {
        MultiplexedRedis redis = real.client();
        RedisConnection connection = await(redis.connect());
        assertThrows(NullPointerException.class, () -> redis.send(null));
        assertThrows(NullPointerException.class, () -> redis.batch(null));
        assertThrows(NullPointerException.class, () -> redis.batch(Arrays.asList((Request) null)));
        assertThrows(NullPointerException.class, () -> connection.send(null));
        assertThrows(NullPointerException.class, () -> connection.batch(null));
        await(connection.send(request(Command.PING)));
        await(connection.close());
    }
}
