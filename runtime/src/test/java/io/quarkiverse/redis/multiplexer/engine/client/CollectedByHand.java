package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** A connection that has learnt that transactions are collected, where lanes and dedicated connections are answered by hand. */
abstract class CollectedByHand {

    static final long BUDGET = 100_000;
    static final String QUESTION = "submit a transaction of 0 commands";

    final Vertx vertx = Vertx.vertx();
    final Context context = vertx.getOrCreateContext();
    final FakeTopology topology = new FakeTopology(vertx);
    final HandConnection own = new HandConnection();
    final PendingBytes bytes = PendingBytes.atMost(BUDGET);
    ClientParts parts;
    RedisConnection connection;

    @BeforeEach
    void learnThatTransactionsAreAllowed() throws Exception {
        grant(new MultiplexerOptions());
    }

    void grant(MultiplexerOptions options) throws Exception {
        make(options);
        Future<Response> multi = send(Command.MULTI);
        assertFalse(multi.isComplete());
        assertEquals(List.of(QUESTION), topology.asked);
        reply(topology.commands.get(0), "OK", "[]");
        assertEquals("OK", awaitText(multi));
        assertEquals("OK", awaitText(send(Command.DISCARD)));
        forget();
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    void make(MultiplexerOptions options) {
        parts = new ClientParts(vertx, options, bytes, topology, new PublishGate(options, topology.failures(), bytes));
        connection = new LazyConnection(parts, context);
    }

    void forget() {
        topology.asked.clear();
        topology.commands.clear();
    }

    void assertAllBytesAreFree() {
        assertTrue(bytes.reserve(BUDGET));
        bytes.release(BUDGET);
    }

    static void reply(PendingCommand command, String... texts) {
        for (String text : texts) {
            command.onReply(text.startsWith("-") ? ErrorType.create(text.substring(1))
                    : text.equals("[]") ? MultiType.create(0, false) : SimpleStringType.create(text));
        }
    }

    Future<Response> send(Command command, Object... arguments) {
        return connection.send(request(command, arguments));
    }
}
