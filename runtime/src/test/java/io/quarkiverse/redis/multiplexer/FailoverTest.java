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
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/**
 * A failover as it is done behind a name: the old primary becomes a replica and keeps all connections, new ones lead to the new
 * primary. Whatever first hears of it, everything moves.
 */
class FailoverTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private RedisServer successor;
    private FaultProxy name;
    private RespClient administrator;
    private MultiplexedRedis redis;

    @BeforeEach
    void start() {
        successor = RedisServer.start();
        name = new FaultProxy(real.server().port());
        administrator = real.server().client();
        redis = real.client(new RedisOptions().setConnectionString(name.url()), new MultiplexerOptions());
    }

    @AfterEach
    void stop() {
        administrator.close();
        name.close();
        successor.close();
    }

    private void failOver() {
        name.target(successor.port());
        administrator.call("REPLICAOF", "127.0.0.1", String.valueOf(successor.port()));
    }

    /** What is answered with READONLY, in one of its ways. */
    enum News {
        SINGLE,
        BATCH,
        TRANSACTION_IN_A_BATCH,
        BLOCKING,
        TRANSACTION,
        SCRIPT,
        SCRIPT_IN_A_TRANSACTION,
        EXEC
    }

    @ParameterizedTest
    @EnumSource(News.class)
    void theFirstRefusalMovesEverything(News news) throws Exception {
        RedisConnection connection = holdEverything();
        if (news == News.EXEC) {
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.INCR, "old")));
        }
        failOver();
        hear(news, connection);
        await(connection.close());
        moves("a transaction", () -> {
            RedisConnection other = await(redis.connect());
            other.send(request(Command.MULTI));
            other.send(request(Command.INCR, "transactions"));
            try {
                return await(other.send(request(Command.EXEC)));
            } finally {
                await(other.close());
            }
        });
        moves("a batch", () -> await(redis.batch(List.of(request(Command.INCR, "batches")))));
        moves("a single write", () -> await(redis.send(request(Command.INCR, "singles"))));
        moves("a blocking command", () -> {
            await(redis.send(request(Command.RPUSH, "queue", 1)));
            return await(redis.send(request(Command.BLPOP, "queue", 5)));
        });
    }

    /** Has a lane and two dedicated connections to the old primary, one of which is lent. */
    private RedisConnection holdEverything() throws Exception {
        RedisConnection connection = await(redis.connect());
        RedisConnection other = await(redis.connect());
        await(connection.send(request(Command.WATCH, "key")));
        await(other.send(request(Command.WATCH, "key")));
        await(other.send(request(Command.UNWATCH)));
        await(connection.send(request(Command.UNWATCH)));
        await(other.close());
        awaitUntil(() -> redis.status().dedicatedConnections() == 2);
        return connection;
    }

    private void hear(News news, RedisConnection connection) throws Exception {
        String script = "return redis.call('SET', KEYS[1], 1)";
        switch (news) {
            case SINGLE -> awaitFailure(redis.send(request(Command.INCR, "key")));
            case BATCH -> awaitFailure(redis.batch(List.of(request(Command.PING), request(Command.INCR, "key"))));
            case TRANSACTION_IN_A_BATCH -> await(redis.batch(List.of(request(Command.MULTI),
                    request(Command.EVAL, script, 1, "key"), request(Command.EXEC))));
            case BLOCKING -> awaitFailure(redis.send(request(Command.BLPOP, "queue", 1)));
            case TRANSACTION -> {
                await(connection.send(request(Command.MULTI)));
                awaitFailure(connection.send(request(Command.INCR, "key")));
                awaitFailure(connection.send(request(Command.EXEC)));
            }
            case SCRIPT -> awaitFailure(redis.send(request(Command.EVAL, script, 1, "key")));
            case SCRIPT_IN_A_TRANSACTION -> {
                await(connection.send(request(Command.MULTI)));
                await(connection.send(request(Command.EVAL, script, 1, "key")));
                assertTrue(awaitText(connection.send(request(Command.EXEC))).contains("READONLY"));
            }
            case EXEC -> assertTrue(awaitFailure(connection.send(request(Command.EXEC))).getMessage().contains("READONLY"));
        }
    }

    /** That was on its way to the old primary when it heard of it; then it works. */
    private static void moves(String what, Callable<?> write) {
        awaitUntil(() -> {
            try {
                write.call();
                return true;
            } catch (java.util.concurrent.ExecutionException e) {
                String message = e.getCause().getMessage();
                assertTrue(message.contains("READONLY"), what + ": " + message);
                return false;
            }
        });
    }

    /** The server has let go of it, and has not executed it. */
    @Test
    void aBlockingCommandThatWaitsGoesOnWaitingAtTheNewPrimary() throws Exception {
        Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 20));
        Future<Response> endless = redis.send(request(Command.BLPOP, "queue", 0));
        awaitUntil(() -> ((String) administrator.call("INFO", "clients")).contains("blocked_clients:2"));
        failOver();
        try (RespClient newAdministrator = successor.client()) {
            awaitUntil(() -> ((String) newAdministrator.call("INFO", "clients")).contains("blocked_clients:2"));
            newAdministrator.call("RPUSH", "queue", "job", "job");
        }
        assertEquals("[queue, job]", awaitText(popped));
        assertEquals("[queue, job]", awaitText(endless));
    }

    /** The new primary has replicas, too, which know nothing of what was written on the old one. */
    @Test
    void waitFailsWhenTheServerThatHadTheWriteIsThePrimaryNoMore() throws Exception {
        try (RedisServer replica = RedisServer.start();
                RespClient itsAdministrator = replica.client();
                RespClient newAdministrator = successor.client()) {
            itsAdministrator.call("REPLICAOF", "127.0.0.1", String.valueOf(successor.port()));
            awaitUntil(() -> ((String) newAdministrator.call("INFO", "replication")).contains("state=online"));
            await(redis.send(request(Command.SET, "key", "value")));
            Future<Response> replicated = redis.send(request(Command.WAIT, 1, 20_000));
            awaitUntil(() -> ((String) administrator.call("INFO", "clients")).contains("blocked_clients:1"));
            failOver();
            assertTrue(awaitFailure(replicated).getMessage().startsWith("UNBLOCKED"));
        }
    }

    @Test
    void onlyTheRestOfItsTimeIsWaitedThere() throws Exception {
        Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 2));
        awaitUntil(() -> ((String) administrator.call("INFO", "clients")).contains("blocked_clients:1"));
        failOver();
        assertNull(await(popped));
        try (RespClient newAdministrator = successor.client()) {
            String called = (String) newAdministrator.call("INFO", "commandstats");
            assertTrue(called.contains("cmdstat_blpop:calls=1,"), called);
        }
    }

    /** That is the administrator's word to the caller, and no failover. */
    @Test
    void aBlockingCommandThatIsUnblockedByHandFails() throws Exception {
        Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 20));
        awaitUntil(() -> ((String) administrator.call("INFO", "clients")).contains("blocked_clients:1"));
        String id = ((String) administrator.call("CLIENT", "LIST")).lines().filter(line -> line.contains("cmd=blpop"))
                .findFirst().orElseThrow().replaceFirst("id=(\\d+) .*", "$1");
        administrator.call("CLIENT", "UNBLOCK", id, "ERROR");
        assertTrue(awaitFailure(popped).getMessage().startsWith("UNBLOCKED"));
    }

    /** As of a worker who waits for jobs on one connection for ever. */
    @Test
    void aConnectionThatIsKeptMovesIfNothingOfItsCallerIsOnIt() throws Exception {
        RedisConnection connection = await(redis.connect());
        Future<Response> popped = connection.send(request(Command.BLPOP, "queue", 0));
        awaitUntil(() -> ((String) administrator.call("INFO", "clients")).contains("blocked_clients:1"));
        failOver();
        assertTrue(awaitFailure(popped).getMessage().startsWith("UNBLOCKED"));
        await(redis.send(request(Command.RPUSH, "queue", "job")));
        assertEquals("[queue, job]", awaitText(connection.send(request(Command.BLPOP, "queue", 5))));
        await(connection.close());
    }

    @Test
    void aConnectionOnWhichSomethingIsLeftStaysItsCallers() throws Exception {
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.SELECT, 3)));
        failOver();
        assertTrue(awaitFailure(connection.send(request(Command.INCR, "key"))).getMessage().startsWith("READONLY"));
        assertEquals("PONG", awaitText(connection.send(request(Command.PING))));
        await(connection.close());
        awaitUntil(() -> redis.status().dedicatedConnections() == 0);
    }

    /** One connection per second at most, and not one per write. */
    @Test
    void aReplicaThatIsThereToStayCostsNoConnectionPerWrite() throws Exception {
        await(redis.send(request(Command.PING)));
        administrator.call("REPLICAOF", "127.0.0.1", String.valueOf(successor.port()));
        int before = name.accepted();
        long start = System.nanoTime();
        for (int i = 0; i < 500; i++) {
            awaitFailure(redis.send(request(Command.INCR, "key")));
            awaitFailure(redis.send(request(Command.BLPOP, "queue", 1)));
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000 + 1;
        int made = name.accepted() - before;
        assertTrue(made <= 4 * (seconds + 1), made + " connections in " + seconds + " s");
    }
}
