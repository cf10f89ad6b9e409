package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;

/**
 * WAIT tells about the writes of all connections of a client, or fails; on a real server with a real replica. Servers differ in
 * what they count as written: Redis 7.0 whatever was executed last, Redis 7.2 and Valkey only what changed something.
 */
class WaitTest {

    private Vertx vertx;
    private RedisServer primary;
    private RedisServer replica;
    private RespClient administrator;
    private MultiplexedRedis redis;

    @BeforeEach
    void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
        if (primary != null) {
            redis.close();
            administrator.close();
            replica.thaw();
            replica.close();
            primary.close();
        }
    }

    /** @param rights of the user; none for the default user, who may do everything */
    private void start(RedisBinary binary, String... rights) {
        binary.assumeThere();
        // By default a replica is let in after five seconds only, for others to come with it.
        primary = RedisServer.start(binary, "--repl-diskless-sync-delay", "0");
        replica = RedisServer.start(binary, "--replicaof", "127.0.0.1", String.valueOf(primary.port()));
        administrator = primary.client();
        awaitUntil(() -> ((String) administrator.call("INFO", "replication")).contains("state=online"));
        String login = "";
        if (rights.length > 0) {
            administrator.call("ACL", "SETUSER", "app", "reset", "on", ">pw", "~*", "+@all");
            for (String right : rights) {
                administrator.call("ACL", "SETUSER", "app", right);
            }
            login = "app:pw@";
        }
        redis = MultiplexedRedis.create(vertx,
                new RedisOptions().setConnectionString("redis://" + login + "localhost:" + primary.port()),
                new MultiplexerOptions());
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aReplicaThatIsThereIsCounted(RedisBinary binary) throws Exception {
        start(binary);
        await(redis.send(request(Command.SET, "key", 1)));
        assertEquals("1", awaitText(redis.send(request(Command.WAIT, 1, 5000))));
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aFrozenReplicaIsNotCounted(RedisBinary binary) throws Exception {
        start(binary);
        assertAFrozenReplicaIsNotCounted();
    }

    /** So is who was given no channel since Redis 7. */
    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void norForAUserWhoMayNotPublish(RedisBinary binary) throws Exception {
        start(binary, "resetchannels");
        assertAFrozenReplicaIsNotCounted();
        administrator.call("ACL", "SETUSER", "app", "allchannels", "-publish");
        assertAFrozenReplicaIsNotCounted();
    }

    private void assertAFrozenReplicaIsNotCounted() throws Exception {
        await(redis.send(request(Command.WAIT, 1, 5000)));
        replica.freeze();
        await(redis.send(request(Command.SET, "key", 2)));
        assertEquals("0", awaitText(redis.send(request(Command.WAIT, 1, 300))), "send");
        assertEquals("[0]", await(redis.batch(List.of(request(Command.WAIT, 1, 300)))).toString(), "batch");
        assertEquals("[2, 0]", await(redis.batch(List.of(request(Command.GET, "key"), request(Command.WAIT, 1, 300))))
                .toString(), "batch that reads");
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.SET, "key", 3)));
        assertEquals("0", awaitText(connection.send(request(Command.WAIT, 1, 300))), "connection");
        await(connection.close());
        replica.thaw();
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void whoMayMarkNothingIsToldWhichRightIsMissing(RedisBinary binary) throws Exception {
        start(binary, "resetchannels", "-swapdb", "-publish");
        await(redis.send(request(Command.SET, "key", 1)));
        String message = awaitFailure(redis.send(request(Command.WAIT, 1, 300))).getMessage();
        assertTrue(message.startsWith("NOPERM ") && message.contains("+publish &__redis_multiplexer__:wait"), message);
        // What the batch writes by itself needs no mark.
        assertEquals("[OK, 1]", await(redis.batch(List.of(request(Command.SET, "key", 2), request(Command.WAIT, 1, 5000))))
                .toString());
        RedisConnection connection = await(redis.connect());
        awaitFailure(connection.send(request(Command.WAIT, 0, 10)));
        assertEquals("2", awaitText(connection.send(request(Command.GET, "key"))), "The connection works on");
        await(connection.close());
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aTransactionHasTheRepliesOfItsOwnCommandsOnly(RedisBinary binary) throws Exception {
        start(binary);
        RedisConnection connection = await(redis.connect());
        connection.send(request(Command.MULTI));
        connection.send(request(Command.INCR, "n"));
        assertEquals("QUEUED", awaitText(connection.send(request(Command.WAIT, 0, 10))));
        connection.batch(List.of(request(Command.INCR, "n"), request(Command.WAIT, 0, 10)));
        connection.send(request(Command.INCR, "n"));
        assertTrue(awaitText(connection.send(request(Command.EXEC))).matches("\\[1, \\d, 2, \\d, 3]"));
        assertEquals("[OK, QUEUED, QUEUED, [4, 0]]", await(redis.batch(List.of(request(Command.MULTI),
                request(Command.INCR, "n"), request(Command.WAIT, 0, 10), request(Command.EXEC)))).toString()
                .replaceAll("\\[4, \\d]", "[4, 0]"));
        await(connection.close());
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aMarkDisturbsNobody(RedisBinary binary) throws Exception {
        start(binary, "resetchannels");
        RedisConnection connection = await(redis.connect());
        await(redis.send(request(Command.SET, "key", 1)));
        await(connection.send(request(Command.WATCH, "key")));
        await(redis.send(request(Command.WAIT, 1, 5000)));
        connection.send(request(Command.MULTI));
        connection.send(request(Command.GET, "key"));
        assertEquals("[1]", awaitText(connection.send(request(Command.EXEC))));
        await(connection.close());
        assertEquals(1L, administrator.call("DBSIZE"));
    }

    /** What comes behind WAIT on the same connection comes behind its mark, too. */
    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void whatFollowsKeepsItsOrder(RedisBinary binary) throws Exception {
        start(binary);
        RedisConnection connection = await(redis.connect());
        connection.send(request(Command.SET, "key", "before"));
        var waited = connection.send(request(Command.WAIT, 1, 5000));
        connection.send(request(Command.APPEND, "key", ", after"));
        assertEquals("before, after", awaitText(connection.send(request(Command.GET, "key"))));
        assertEquals("1", awaitText(waited));
        await(connection.close());
    }
}
