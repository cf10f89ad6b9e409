package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.engine.vertx.VertxForTests;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** What the client does with single commands and batches, on a real server. */
class MultiplexedRedisTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @Test
    void aCommandIsAnswered() throws Exception {
        MultiplexedRedis redis = real.client();
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
        assertNull(await(redis.send(request(Command.GET, "nothing"))));
    }

    @Test
    void makingAClientConnectsNothing() throws Exception {
        MultiplexedRedis redis = real.client();
        assertEquals(0, real.connections());
        assertEquals(List.of(), redis.status().lanes());
        await(redis.send(request(Command.PING)));
        assertEquals(1, real.connections());
    }

    @Test
    void anErrorOfTheServerFailsItsOwnCommandOnly() throws Exception {
        MultiplexedRedis redis = real.client();
        await(redis.send(request(Command.SET, "text", "abc")));
        Future<Response> before = redis.send(request(Command.GET, "text"));
        Future<Response> wrong = redis.send(request(Command.INCR, "text"));
        Future<Response> after = redis.send(request(Command.GET, "text"));
        assertEquals("abc", awaitText(before));
        assertInstanceOf(ErrorType.class, awaitFailure(wrong));
        assertEquals("abc", awaitText(after));
    }

    @Test
    void commandsOfOneThreadKeepTheirOrder() throws Exception {
        MultiplexedRedis redis = real.client();
        List<Future<Response>> replies = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            redis.send(request(Command.SET, "key", i));
            replies.add(redis.send(request(Command.GET, "key")));
        }
        for (int i = 0; i < 1000; i++) {
            assertEquals(String.valueOf(i), awaitText(replies.get(i)));
        }
    }

    @Test
    void aReplyComesOnTheCallersDuplicatedContext() throws Exception {
        MultiplexedRedis redis = real.client();
        for (int i = 0; i < RealRedis.EVENT_LOOPS; i++) {
            Context duplicate = VertxForTests.duplicate(real.vertx().getOrCreateContext());
            Promise<Context> seen = Promise.promise();
            duplicate.runOnContext(start -> redis.send(request(Command.PING))
                    .onComplete(reply -> seen.complete(Vertx.currentContext())));
            assertSame(duplicate, await(seen.future()));
        }
    }

    @Test
    void aBatchKeepsTogether() throws Exception {
        MultiplexedRedis redis = real.client();
        List<Response> replies = await(redis.batch(List.of(request(Command.MULTI), request(Command.INCR, "n"),
                request(Command.INCR, "n"), request(Command.EXEC))));
        assertEquals("[1, 2]", replies.get(3).toString());
        assertEquals(0, redis.status().dedicatedConnections());
    }

    @Test
    void oneErrorFailsABatchAfterAllOfItHasRun() throws Exception {
        MultiplexedRedis redis = real.client();
        await(redis.send(request(Command.SET, "text", "abc")));
        Throwable failure = awaitFailure(redis.batch(List.of(request(Command.INCR, "text"), request(Command.INCR, "n"),
                request(Command.LPOP, "text"))));
        assertTrue(failure.getMessage().startsWith("ERR [0] value is not an integer"), failure.getMessage());
        assertTrue(failure.getMessage().contains("ERR [2] WRONGTYPE"), failure.getMessage());
        assertEquals("1", awaitText(redis.send(request(Command.GET, "n"))));
    }

    @Test
    void aBatchThatLeavesATransactionOpenHarmsNobody() throws Exception {
        MultiplexedRedis redis = real.client();
        await(redis.batch(List.of(request(Command.MULTI), request(Command.INCR, "n"))));
        for (int i = 0; i < 100; i++) {
            assertNull(await(redis.send(request(Command.GET, "n"))));
        }
    }

    @Test
    void anEmptyBatchHasNoReplies() throws Exception {
        assertEquals(List.of(), await(real.client().batch(List.of())));
    }

    @Test
    void whatTheStockClientRefusesIsRefusedWithItsWords() throws Exception {
        MultiplexedRedis redis = real.client();
        assertEquals("PubSub command in connection-less mode not allowed",
                awaitFailure(redis.send(request(Command.SUBSCRIBE, "channel"))).getMessage());
        assertEquals("Transactional command in connection-less mode not allowed",
                awaitFailure(redis.send(request(Command.MULTI))).getMessage());
        assertEquals("PubSub command in connection-less batch not allowed",
                awaitFailure(redis.batch(List.of(request(Command.SUBSCRIBE, "channel")))).getMessage());
    }

    @Test
    void aCommandThatVertxDoesNotKnowIsTheServersToRefuse() throws Exception {
        MultiplexedRedis redis = real.client();
        Throwable failure = awaitFailure(redis.send(request(Command.create("no.such"), "argument")));
        assertTrue(failure.getMessage().startsWith("ERR unknown command"), failure.getMessage());
        assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
    }

    @Test
    void aWrongNumberOfArgumentsIsRefusedWithoutRepeatingThem() throws Exception {
        MultiplexedRedis redis = real.client();
        Throwable failure = awaitFailure(redis.send(request(Command.SET, "secret")));
        assertEquals("Redis command is not valid, check https://redis.io/commands: set with 1 arguments", failure.getMessage());
    }

    @Test
    void selectOfOneCallerIsNotSeenByOthers() throws Exception {
        MultiplexedRedis redis = real.client();
        assertEquals("OK", awaitText(redis.send(request(Command.SELECT, 3))));
        await(redis.send(request(Command.SET, "key", "in database 0")));
        try (var observer = real.server().client()) {
            assertEquals("in database 0", observer.call("GET", "key"));
        }
    }

    @Test
    void aClosedClientFailsAtOnceAndClosingTwiceDoesNothing() throws Exception {
        MultiplexedRedis redis = real.client();
        await(redis.send(request(Command.PING)));
        redis.close();
        redis.close();
        Throwable failure = awaitFailure(redis.send(request(Command.PING)));
        assertInstanceOf(ConnectionLostException.class, failure);
        assertTrue(failure.getMessage().contains("is stopped"), failure.getMessage());
    }
}
