package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.TransactionMode;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;

/** A connection whose lane and dedicated connections are answered by hand. Transactions are sent at once. */
abstract class DispatchByHand {

    static final ConnectException GONE = new ConnectException("gone");

    final Vertx vertx = Vertx.vertx();
    final Context context = vertx.getOrCreateContext();
    final FakeTopology topology = new FakeTopology(vertx);
    final HandConnection own = new HandConnection();
    final List<Throwable> told = new ArrayList<>();
    RedisConnection connection = connection(immediate());

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    static MultiplexerOptions immediate() {
        return new MultiplexerOptions().setTransactions(TransactionMode.IMMEDIATE);
    }

    RedisConnection connection(MultiplexerOptions options) {
        PendingBytes bytes = PendingBytes.atMost(options.getMaxPendingBytes());
        return new LazyConnection(new ClientParts(vertx, options, bytes, topology,
                new PublishGate(options, topology.failures(), bytes)), context);
    }

    void promote() {
        send(Command.WATCH, "key");
        topology.loans.get(0).complete(own);
    }

    Future<Response> send(Command command, Object... arguments) {
        return connection.send(request(command, arguments));
    }

    /** Behind what has been handed out there. */
    void onContext(Runnable action) throws Exception {
        await(Future.future(done -> context.runOnContext(now -> {
            action.run();
            done.complete(null);
        })));
    }
}
