package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/**
 * A primary that hands all its slots over to another node. Until the others hear that it is a replica, they leave it out of
 * what they tell, as it has no slots. A real cluster is in that state too shortly for a test.
 */
class LeftOutNodeTest {

    private final Vertx vertx = Vertx.vertx();
    private final ScriptedServer first = new ScriptedServer(this::answerOfFirst);
    private final ScriptedServer second = new ScriptedServer(this::answer);
    private final CompletableFuture<Consumer<String>> blocked = new CompletableFuture<>();
    /** How often somebody was told that the first node has no slots. */
    private final AtomicInteger told = new AtomicInteger();
    private volatile boolean handedOver;

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
        first.close();
        second.close();
    }

    private String answerOfFirst(List<String> command, Consumer<String> connection) {
        if (command.get(0).equals("BLPOP")) {
            blocked.complete(connection);
            return null;
        }
        return command.get(0).equals("GET") && handedOver ? "-MOVED 0 127.0.0.1:" + second.port() + "\r\n" : answer(command);
    }

    private String answer(List<String> command) {
        return switch (command.get(0)) {
            case "HELLO" -> "%1\r\n+proto\r\n:3\r\n";
            case "CLUSTER" -> command.get(1).equals("SLOTS") ? slots() : "-ERR unknown subcommand\r\n";
            case "GET" -> "$5\r\nvalue\r\n";
            default -> "+OK\r\n";
        };
    }

    private String slots() {
        if (handedOver) {
            told.incrementAndGet();
        }
        ScriptedServer owner = handedOver ? second : first;
        return "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:" + owner.port() + "\r\n$2\r\nid\r\n";
    }

    @Test
    void whatItHasDoneForThoseWhoWaitedThereIsNotLost() throws Exception {
        MultiplexedRedis redis = MultiplexedRedis.create(vertx, new RedisOptions().setType(RedisClientType.CLUSTER)
                .setConnectionString("redis://127.0.0.1:" + first.port()), new MultiplexerOptions());
        Future<Response> popped = redis.send(request(Command.BLPOP, "queue", "0"));
        Consumer<String> waiting = blocked.get(20, TimeUnit.SECONDS);

        handedOver = true;
        awaitUntil(() -> {
            assertEquals("value", await(redis.send(request(Command.GET, "key"))).toString());
            return told.get() > 0;
        });
        for (int i = 0; i < 10; i++) {
            // Whoever has been told has dealt with that before.
            await(redis.send(request(Command.GET, "key")));
        }
        waiting.accept("*2\r\n$5\r\nqueue\r\n$7\r\nelement\r\n");
        assertEquals("[queue, element]", await(popped).toString());
        awaitUntil(() -> first.openConnections() == 0);
    }
}
