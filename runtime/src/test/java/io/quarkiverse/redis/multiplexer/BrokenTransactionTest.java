package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** A transaction is executed with all of its commands or not at all, also if one of them did not get as far as the server. */
@ParameterizedClass
@EnumSource
class BrokenTransactionTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private final TransactionMode mode;

    BrokenTransactionTest(TransactionMode mode) {
        this.mode = mode;
    }

    private MultiplexerOptions options() {
        return new MultiplexerOptions().setTransactions(mode);
    }

    @Test
    void aPartThatIsInvalidKeepsTheOthersFromBeingExecuted() throws Exception {
        MultiplexedRedis redis = real.client(options());
        RedisConnection connection = await(redis.connect());
        // By its answer it is known whether transactions may be collected; one that ends before that is sent as it is.
        await(connection.send(request(Command.MULTI)));
        connection.send(request(Command.SET, "key", 1));
        awaitFailure(connection.send(request(Command.SET, "key")));
        assertAborted(connection.send(request(Command.EXEC)), "Redis command is not valid");
        assertNull(await(redis.send(request(Command.GET, "key"))));

        connection.send(request(Command.MULTI));
        connection.send(request(Command.SET, "key", 2));
        assertEquals("[OK]", awaitText(connection.send(request(Command.EXEC))), "The next one is as good as new");
        await(connection.close());
        awaitUntil(() -> redis.status().dedicatedConnections() == (mode == TransactionMode.IMMEDIATE ? 1 : 0));
    }

    /** The one connection that there is goes from the one to the other. */
    @Test
    void whatIsSentOnAConnectionThatWasClosedBreaksNobodyElsesTransaction() throws Exception {
        MultiplexedRedis redis = real.client(options().setMaxDedicatedConnections(1));
        RedisConnection closed = await(redis.connect());
        await(closed.send(request(Command.WATCH, "key")));
        await(closed.send(request(Command.UNWATCH)));
        await(closed.close());
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.SET, "key", 1)));
        awaitFailure(closed.send(request(Command.GET, "key")));
        awaitFailure(closed.send(request(Command.GET)));

        assertEquals("[OK]", awaitText(connection.send(request(Command.EXEC))));
        await(connection.close());
    }

    @Test
    void aPartForWhichThereIsNoRoomKeepsTheOthersFromBeingExecuted() throws Exception {
        MultiplexedRedis redis = real.client(options().setMaxPendingBytes(1_000_000));
        RedisConnection connection = await(redis.connect());
        connection.send(request(Command.MULTI));
        connection.send(request(Command.SET, "small", 1));
        Throwable refusal = awaitFailure(connection.send(request(Command.SET, "large", "x".repeat(2_000_000))));
        assertTrue(refusal.getMessage().contains("quarkus.redis-multiplexer.max-pending-bytes"), refusal.getMessage());
        assertAborted(connection.send(request(Command.EXEC)), "max-pending-bytes");
        assertNull(await(redis.send(request(Command.GET, "small"))));
        await(connection.close());
    }

    /** No array takes so many bytes, and no heap has to. */
    @Test
    void aPartThatCannotBeEncodedKeepsTheOthersFromBeingExecuted() throws Exception {
        MultiplexedRedis redis = real.client(options());
        RedisConnection connection = await(redis.connect());
        connection.send(request(Command.MULTI));
        connection.send(request(Command.SET, "small", 1));
        Request large = Request.cmd(Command.RPUSH).arg("large");
        byte[] value = new byte[8 * 1024 * 1024];
        for (int i = 0; i < 300; i++) {
            large.arg(value);
        }
        awaitFailure(connection.send(large));
        assertAborted(connection.send(request(Command.EXEC)), "");
        assertNull(await(redis.send(request(Command.GET, "small"))));
        await(connection.close());
    }

    /** All of it comes while nothing has been answered: neither can the client have told, nor the server. */
    @Test
    void partsThatAreTooManyKeepTheOthersFromBeingExecuted() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port())) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(proxy.url()),
                    options().setMaxPending(20));
            RedisConnection connection = await(redis.connect());
            proxy.latency(200, TimeUnit.MILLISECONDS);
            Future<Response> multi = connection.send(request(Command.MULTI));
            Future<Response> refused = null;
            for (int i = 0; i < 30; i++) {
                refused = connection.send(request(Command.INCR, "counter"));
            }
            assertTrue(awaitFailure(refused).getMessage().contains("quarkus.redis-multiplexer.max-pending"));
            await(multi);
            assertAborted(connection.send(request(Command.EXEC)), "max-pending");
            assertNull(await(redis.send(request(Command.GET, "counter"))));
            await(connection.close());
        }
    }

    @Test
    void aBatchThatWouldExecuteItFailsAsAWhole() throws Exception {
        MultiplexedRedis redis = real.client(options());
        RedisConnection connection = await(redis.connect());
        connection.send(request(Command.MULTI));
        connection.send(request(Command.INCR));
        assertAborted(connection.batch(List.of(request(Command.INCR, "counter"), request(Command.EXEC),
                request(Command.INCR, "counter"))), "Redis command is not valid");
        assertNull(await(redis.send(request(Command.GET, "counter"))));
        await(connection.close());
    }

    @Test
    void discardingItIsAllowed() throws Exception {
        RedisConnection connection = await(real.client(options()).connect());
        connection.send(request(Command.MULTI));
        connection.send(request(Command.INCR));
        assertEquals("OK", awaitText(connection.send(request(Command.DISCARD))));
        connection.send(request(Command.INCR));
        connection.send(request(Command.MULTI));
        assertEquals("[]", awaitText(connection.send(request(Command.EXEC))), "What failed before it is no part of it");
        await(connection.close());
    }

    /** Else the caller's next transaction would be the rest of this one. */
    @Test
    void aConnectionOnWhichItCannotBeDiscardedIsClosed() throws Exception {
        try (RespClient administrator = real.server().client()) {
            administrator.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-discard");
            MultiplexedRedis redis = real.client(
                    new RedisOptions().setConnectionString("redis://app:pw@localhost:" + real.server().port()),
                    new MultiplexerOptions().setTransactions(TransactionMode.IMMEDIATE));
            RedisConnection connection = await(redis.connect());
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.INCR, "counter")));
            connection.send(request(Command.INCR));
            assertAborted(connection.send(request(Command.EXEC)), "Redis command is not valid");
            awaitUntil(() -> redis.status().dedicatedConnections() == 0);
            assertTrue(awaitFailure(connection.send(request(Command.EXEC))) instanceof ConnectionLostException);
            assertNull(await(redis.send(request(Command.GET, "counter"))));
            await(connection.close());
        }
    }

    private static void assertAborted(Future<?> executed, String cause) throws Exception {
        String message = awaitFailure(executed).getMessage();
        assertTrue(message.startsWith("EXECABORT Transaction discarded because of: ") && message.contains(cause), message);
    }
}
