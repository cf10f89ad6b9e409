package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;

/** How often a server is written to for a transaction, as it counts that itself. */
@ParameterizedClass
@EnumSource(value = RedisBinary.class, mode = EnumSource.Mode.EXCLUDE, names = "SYSTEM")
class TransactionTripsTest {

    @RegisterExtension
    final RealRedis real;

    private MultiplexedRedis redis;
    private RedisConnection connection;
    private RespClient observer;

    TransactionTripsTest(RedisBinary binary) {
        real = new RealRedis(binary);
    }

    /** So that nothing of that is counted: it is known that transactions may be collected, and there are connections. */
    @BeforeEach
    void begin() throws Exception {
        observer = real.server().client();
        redis = real.client();
        connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.DISCARD)));
    }

    @AfterEach
    void end() throws Exception {
        await(connection.close());
        observer.close();
    }

    @Test
    void aTransactionIsOneWrite() throws Exception {
        assertEquals(1, writes(() -> {
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.INCR, "a")));
            await(connection.batch(List.of(request(Command.INCR, "a"), request(Command.INCR, "b"))));
            assertEquals("[1, 2, 1]", awaitText(connection.send(request(Command.EXEC))));
            return null;
        }));
        assertEquals(0, writes(() -> {
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.INCR, "a")));
            return await(connection.send(request(Command.DISCARD)));
        }));
        assertEquals(0, redis.status().dedicatedConnections());
    }

    @Test
    void whereKeysAreWatchedEachReadIsOneWriteAndTheTransactionOne() throws Exception {
        await(connection.send(request(Command.WATCH, "key")));
        await(connection.send(request(Command.UNWATCH)));
        for (String reply : List.of("[OK, 1]", "null", "[OK, 2]")) {
            await(redis.send(request(Command.SET, "key", "before")));
            assertEquals(reply.equals("null") ? 4 : 3, writes(() -> {
                await(connection.send(request(Command.WATCH, "key")));
                assertEquals("before", awaitText(connection.send(request(Command.GET, "key"))));
                if (reply.equals("null")) {
                    await(redis.send(request(Command.SET, "key", "other")));
                }
                await(connection.send(request(Command.MULTI)));
                await(connection.send(request(Command.SET, "key", "mine")));
                await(connection.send(request(Command.INCR, "counter")));
                assertEquals(reply, String.valueOf(await(connection.send(request(Command.EXEC)))));
                return null;
            }));
            assertEquals(reply.equals("null") ? "other" : "mine", awaitText(redis.send(request(Command.GET, "key"))));
        }
    }

    @Test
    void whereKeysAreWatchedWhatIsNotQueuedFailsItWithItsCause() throws Exception {
        await(connection.send(request(Command.WATCH, "key")));
        assertEquals(1, writes(() -> {
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.SET, "key", 1)));
            assertEquals("QUEUED", awaitText(connection.send(request(Command.create("NONSENSE"), "argument"))));
            String message = awaitFailure(connection.send(request(Command.EXEC))).getMessage();
            assertTrue(message.startsWith("EXECABORT ") && message.contains("[1] NONSENSE: ERR unknown command"), message);
            return null;
        }));
        assertNull(await(redis.send(request(Command.GET, "key"))));
        await(redis.send(request(Command.SET, "key", "other")));
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.GET, "key")));
        assertEquals("[other]", awaitText(connection.send(request(Command.EXEC))), "Nothing is watched any more");
    }

    /** Who has been told that a connection is closed finds what it held free for the next one. */
    @Test
    void whoWatchesOnOneConnectionAfterTheOtherNeedsOne() throws Exception {
        for (int round = 0; round < 50; round++) {
            RedisConnection own = await(redis.connect());
            await(own.send(request(Command.WATCH, "key")));
            await(own.send(request(Command.UNWATCH)));
            await(own.close());
        }
        assertEquals(1, redis.status().dedicatedConnections());
    }

    /** Nothing of it needs another turn of the event loop, let alone a timer. */
    @Test
    void onAnEventLoopOnlyExecIsWaitedFor() throws Exception {
        Context context = real.vertx().getOrCreateContext();
        Promise<Response> executed = Promise.promise();
        context.runOnContext(now -> Future.succeededFuture().map(none -> {
            Future<RedisConnection> connected = redis.connect();
            assertTrue(connected.succeeded());
            Future<Response> multi = connected.result().send(request(Command.MULTI));
            assertTrue(multi.succeeded());
            for (int i = 0; i < 3; i++) {
                assertTrue(connected.result().send(request(Command.INCR, "a")).succeeded());
            }
            Future<Response> exec = connected.result().send(request(Command.EXEC));
            assertFalse(exec.isComplete());
            assertTrue(connected.result().close().succeeded());
            return exec;
        }).compose(exec -> exec).onComplete(executed));
        assertEquals("[1, 2, 3]", awaitText(executed.future()));
    }

    /** Of what is done meanwhile. The observer's own is counted each time. */
    private long writes(Callable<?> action) throws Exception {
        long before = reads();
        action.call();
        return reads() - before - 1;
    }

    private long reads() {
        return ((String) observer.call("INFO", "stats")).lines().filter(line -> line.startsWith("total_reads_processed:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip())).findFirst().orElseThrow();
    }
}
