package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

/** The next one who borrows a connection finds nothing of the last one on it, whatever the server has refused. */
class CleanConnectionTest {

    private final Vertx vertx = Vertx.vertx();
    private final List<MultiplexedRedis> clients = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        clients.forEach(MultiplexedRedis::close);
        await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void whateverAUserMayNotDo(RedisBinary binary) throws Exception {
        binary.assumeThere();
        try (RedisServer server = RedisServer.start(binary); RespClient administrator = server.client()) {
            for (String forbidden : List.of("multi", "exec", "discard", "watch", "unwatch", "set", "select")) {
                administrator.call("ACL", "SETUSER", "app", "reset", "on", ">pw", "~*", "+@all", "-" + forbidden);
                for (List<String> story : List.of(List.of("MULTI", "SET key 1", "EXEC"),
                        List.of("MULTI", "SET key 1", "DISCARD"),
                        List.of("WATCH key", "MULTI", "SET key 1", "EXEC"), List.of("WATCH key", "UNWATCH"),
                        List.of("WATCH key", "MULTI", "EXEC"), List.of("SELECT 1"), List.of("MULTI", "SELECT 1", "EXEC"))) {
                    tell(server, story);
                    String what = binary + ", without " + forbidden + ", after " + story;
                    assertEquals("clean", nextBorrower(server, administrator), what);
                }
            }
        }
    }

    /** Does on one connection what the story says, pipelined, and leaves it. */
    private void tell(RedisServer server, List<String> story) throws Exception {
        RedisConnection connection = await(client("redis://app:pw@localhost:" + server.port()).connect());
        story.forEach(words -> connection.send(words(words)));
        await(connection.close());
    }

    /** Looks at the connection that the user's client lends next. */
    private String nextBorrower(RedisServer server, RespClient administrator) throws Exception {
        administrator.call("ACL", "SETUSER", "app", "+@all");
        MultiplexedRedis redis = clients.remove(0);
        if (await(redis.send(request(Command.BLPOP, "nothing", 0.01))) != null) {
            return "an open transaction";
        }
        RedisConnection connection = await(redis.connect());
        // A watched key has changed; another database would not have it.
        administrator.call("SET", "key", "changed");
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.GET, "key")));
        String executed = awaitText(connection.send(request(Command.EXEC)));
        await(connection.close());
        redis.close();
        return "[changed]".equals(executed) ? "clean" : "EXEC answered " + executed;
    }

    /** Its status is its caller's affair: the lane is that of others, too. */
    @Test
    void aScriptThatSaysQueuedInABatchIsNoOpenTransaction() throws Exception {
        RedisBinary binary = RedisBinary.any();
        binary.assumeThere();
        try (RedisServer server = RedisServer.start(binary)) {
            MultiplexedRedis redis = client(server.url());
            List<Future<?>> all = new ArrayList<>();
            await(Future.future(sent -> vertx.getOrCreateContext().runOnContext(now -> {
                all.add(redis.batch(List.of(request(Command.EVAL, "return redis.status_reply('QUEUED')", 0),
                        request(Command.PING))));
                for (int i = 0; i < 100; i++) {
                    all.add(redis.send(request(Command.INCR, "counter")));
                }
                sent.complete();
            })));
            await(Future.all(all));
        }
    }

    /** Servers before Redis 7 leave the transaction open then. */
    @ParameterizedTest
    @ValueSource(strings = { "BUSY Redis is busy running a script.", "OOM command not allowed when used memory > 'maxmemory'.",
            "NOPERM this user has no permissions to run the 'exec' command" })
    void anOldServersRefusalOfExec(String refusal) throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "HELLO" -> "-ERR unknown command\r\n";
            case "EXEC" -> "-" + refusal + "\r\n";
            case "SET" -> "+QUEUED\r\n";
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = client(server.url());
            RedisConnection connection = await(redis.connect());
            await(connection.send(request(Command.MULTI)));
            await(connection.send(request(Command.SET, "key", 1)));
            assertTrue(awaitFailure(connection.send(request(Command.EXEC))).getMessage().startsWith(refusal.substring(0, 3)));
            int before = server.openConnections();
            await(connection.close());
            awaitUntil(() -> server.openConnections() == before - 1);
            awaitUntil(() -> redis.status().dedicatedConnections() == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({ "1,CLIENT|ID", "1,CLIENT|INFO", "1,SELECT|99", "0,SELECT|1", "0,CLIENT|SETNAME|x" })
    void aConnectionIsKeptIfNothingHasChangedOnIt(int kept, String question) throws Exception {
        try (RedisServer server = RedisServer.start()) {
            MultiplexedRedis redis = client(server.url());
            try {
                await(redis.send(words(question.replace('|', ' '))));
            } catch (Exception e) {
                assertTrue(question.contains("99"), e.toString());
            }
            awaitUntil(() -> redis.status().dedicatedConnections() == kept);
        }
    }

    /** The connection of a lane is shared: nothing may stay on it for others. */
    @ParameterizedTest
    @ValueSource(strings = { "multi", "exec" })
    void aBatchWithARefusedPartLeavesNoKeyWatchedOnALane(String forbidden) throws Exception {
        try (RedisServer server = RedisServer.start(); RespClient administrator = server.client()) {
            administrator.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-" + forbidden);
            MultiplexedRedis redis = client("redis://app:pw@localhost:" + server.port());
            awaitFailure(redis.batch(List.of(request(Command.WATCH, "key"), request(Command.MULTI), request(Command.PING),
                    request(Command.EXEC))));
            administrator.call("SET", "key", "changed");
            administrator.call("ACL", "SETUSER", "app", "+@all");
            assertEquals("[OK, QUEUED, [PONG]]",
                    await(redis.batch(List.of(request(Command.MULTI), request(Command.PING), request(Command.EXEC))))
                            .toString());
        }
    }

    @Test
    void aBatchMayOpenATransactionOnAConnection() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            RedisConnection connection = await(client(server.url()).connect());
            await(connection.batch(List.of(request(Command.MULTI), request(Command.INCR, "key"))));
            assertEquals("[1]", awaitText(connection.send(request(Command.EXEC))));
            await(connection.close());
        }
    }

    /** One more reply than there were commands would be the next one's. */
    @Test
    void aConnectionThatHasSaidTooMuchIsNotLentAgain() throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "HELLO" -> "-ERR unknown command\r\n";
            case "BLPOP" -> "*-1\r\n";
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = client(server.url());
            assertNull(await(redis.send(request(Command.BLPOP, "queue", 1))));
            awaitUntil(() -> redis.status().dedicatedConnections() == 1);
            server.push("+MORE\r\n");
            awaitUntil(() -> redis.status().dedicatedConnections() == 0);
            assertNull(await(redis.send(request(Command.BLPOP, "queue", 1))));
        }
    }

    /** As with the stock client. */
    @Test
    void aCommandWithTooFewArgumentsFailsAsThatOfTheStockClientDoes() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            MultiplexedRedis redis = client(server.url());
            Request invalid = request(Command.SET, "key");
            RedisConnection connection = await(redis.connect());
            for (Throwable failure : List.of(awaitFailure(redis.send(invalid)), awaitFailure(redis.batch(List.of(invalid))),
                    awaitFailure(connection.send(invalid)), awaitFailure(connection.batch(List.of(invalid))))) {
                assertInstanceOf(io.vertx.core.impl.NoStackTraceThrowable.class, failure);
                assertTrue(failure.getMessage().startsWith("Redis command is not valid, check https://redis.io/commands: "));
            }
        }
    }

    private MultiplexedRedis client(String url) {
        MultiplexedRedis client = MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(url),
                new MultiplexerOptions());
        clients.add(client);
        return client;
    }

    private static Request words(String words) {
        String[] split = words.split(" ");
        Request request = Request.cmd(Command.create(split[0]));
        for (int i = 1; i < split.length; i++) {
            request.arg(split[i]);
        }
        return request;
    }
}
