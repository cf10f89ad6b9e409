package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** The stated rule for servers that are loading, failing over or in need of help. */
class ServerTroubleTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @Test
    void readsOfAServerThatIsLoadingAreSentAgainAndWritesFailUnexecuted() throws Exception {
        AtomicInteger refusals = new AtomicInteger(2);
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "GET", "SET" ->
                refusals.getAndDecrement() > 0 ? "-LOADING Redis is loading\r\n" : "+" + command.get(1) + "\r\n";
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions());
            await(redis.send(request(Command.PING)));
            Promise<Future<Response>> write = Promise.promise();
            Promise<Response> read = Promise.promise();
            // In one turn, so that both are in flight before the first refusal ends the connection.
            real.vertx().getOrCreateContext().runOnContext(turn -> {
                redis.send(request(Command.GET, "read")).onComplete(read);
                write.complete(redis.send(request(Command.SET, "write", "value")));
            });
            assertTrue(awaitFailure(await(write.future())).getMessage().startsWith("LOADING"));
            assertEquals("read", awaitText(read.future()));
            assertEquals("write", awaitText(redis.send(request(Command.SET, "write", "value"))));
            assertEquals(2, redis.status().lanes().get(0).connects());
        }
    }

    @Test
    void anErrorInTheMiddleOfABatchDoesNotShiftTheRepliesBehindIt() throws Exception {
        AtomicInteger refusals = new AtomicInteger(1);
        try (ScriptedServer server = new ScriptedServer(command -> "GET".equals(command.get(0))
                ? refusals.getAndDecrement() > 0 ? "-LOADING Redis is loading\r\n" : "+" + command.get(1) + "\r\n"
                : "+OK\r\n")) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions());
            await(redis.send(request(Command.PING)));
            Future<List<Response>> batch = redis.batch(List.of(request(Command.GET, "a"), request(Command.GET, "b"),
                    request(Command.GET, "c")));
            Future<Response> after = redis.send(request(Command.GET, "after"));
            assertTrue(awaitFailure(batch).getMessage().contains("[0] LOADING"));
            assertEquals("after", awaitText(after));
        }
    }

    @Test
    void aDemotedServerIsConnectedToAnewWithoutLosingCommands() throws Exception {
        try (RedisServer other = RedisServer.start()) {
            MultiplexedRedis redis = real.client();
            await(redis.send(request(Command.SET, "key", "value")));
            await(redis.send(request(Command.REPLICAOF, "localhost", other.port())));
            Future<Response> write = redis.send(request(Command.SET, "key", "other"));
            Future<Response> read = redis.send(request(Command.PING));
            assertTrue(awaitFailure(write).getMessage().startsWith("READONLY"));
            assertEquals("PONG", awaitText(read));
            assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
            assertEquals(2, redis.status().lanes().get(0).connects());
            for (int i = 0; i < 100; i++) {
                assertTrue(awaitFailure(redis.send(request(Command.SET, "key", "other"))).getMessage().startsWith("READONLY"));
            }
            assertTrue(redis.status().lanes().get(0).connects() <= 3, redis.status().toString());
        }
    }

    @Test
    void aServerOutOfMemoryTellsItsCallers() throws Exception {
        MultiplexedRedis redis = real.client();
        await(redis.send(request(Command.CONFIG, "SET", "maxmemory", 1)));
        assertTrue(awaitFailure(redis.send(request(Command.SET, "key", "value"))).getMessage().startsWith("OOM"));
        await(redis.send(request(Command.CONFIG, "SET", "maxmemory", 0)));
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    /** As on a full disk: the snapshot cannot be written, because there is a folder where its file should be. */
    @Test
    void aServerThatCannotWriteItsSnapshotTellsItsCallers() throws Exception {
        try (RedisServer server = RedisServer.start("--dbfilename", "snapshot")) {
            Files.createDirectory(server.folder().resolve("snapshot"));
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions());
            await(redis.send(request(Command.CONFIG, "SET", "save", "3600 1000000")));
            await(redis.send(request(Command.BGSAVE)));
            awaitUntil(() -> awaitText(redis.send(request(Command.INFO, "persistence")))
                    .contains("rdb_last_bgsave_status:err"));
            assertTrue(awaitFailure(redis.send(request(Command.SET, "key", "value"))).getMessage().startsWith("MISCONF"));
            assertNull(awaitText(redis.send(request(Command.GET, "key"))));
            await(redis.send(request(Command.CONFIG, "SET", "save", "")));
            assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
            assertEquals(1, redis.status().lanes().get(0).connects());
        }
    }
}
