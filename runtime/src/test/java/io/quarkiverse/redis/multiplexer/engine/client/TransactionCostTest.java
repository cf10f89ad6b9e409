package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import com.sun.management.ThreadMXBean;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/**
 * The memory that a transaction takes on a connection, which is made for it, beside the same commands as one batch: the
 * callers' part included, and nothing of servers.
 */
class TransactionCostTest {

    private static final int ROUNDS = 4_000;
    private static final byte[] KEY = "{counter:12}a".getBytes();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final FakeTopology topology = new FakeTopology(vertx);
    private final MultiplexerOptions options = new MultiplexerOptions();
    private final PendingBytes bytes = PendingBytes.atMost(options.getMaxPendingBytes());
    private final ClientParts parts = new ClientParts(vertx, options, bytes, topology,
            new PublishGate(options, topology.failures(), bytes));
    private final Admission client = new Admission(vertx, topology, new ClientEntrance(parts));
    private int answered;

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void itIsAtMostTwiceThatOfABatch() throws Exception {
        topology.server = Optional.of(TransactionCostTest::answer);
        Promise<long[]> costs = Promise.promise();
        context.runOnContext(now -> {
            long[] each = new long[2];
            for (int warmUp = 0; warmUp < 3; warmUp++) {
                each[0] = cost(this::transaction);
                each[1] = cost(this::batch);
            }
            costs.complete(each);
        });
        long[] each = await(costs.future());
        assertEquals(6 * ROUNDS, answered);
        assertTrue(each[0] <= 2 * each[1], each[0] + " bytes, but a batch takes " + each[1]);
    }

    private long cost(Supplier<Future<?>> call) {
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < ROUNDS; i++) {
            call.get().onSuccess(reply -> answered++);
        }
        return (THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before) / ROUNDS;
    }

    private Future<Response> transaction() {
        Future<Void> ready = VertxAccess.succeeded(context, null);
        parts.gate().connecting(context, ready);
        return VertxAccess.succeeded(context, new LazyConnection(parts, context)).compose(connection -> {
            Future<Response> latest = connection.send(Request.cmd(Command.MULTI));
            for (int i = 0; i < 3; i++) {
                latest = latest.compose(answer -> connection.send(Request.cmd(Command.INCR).arg(KEY)));
            }
            return latest.compose(queued -> connection.send(Request.cmd(Command.EXEC))).eventually(() -> connection.close());
        });
    }

    private Future<List<Response>> batch() {
        return client.batch(List.of(Request.cmd(Command.MULTI), Request.cmd(Command.INCR).arg(KEY),
                Request.cmd(Command.INCR).arg(KEY), Request.cmd(Command.INCR).arg(KEY), Request.cmd(Command.EXEC)));
    }

    private static void answer(PendingCommand command) {
        for (int i = 1, last = command.size(); i < last; i++) {
            command.onReply(SimpleStringType.OK);
        }
        command.onReply(MultiType.create(0, false));
    }
}
