package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** A server that answers BUSY, because a script has been running for long. */
class BusyServerTest {

    private static final String BUSY = "-BUSY Redis is busy running a script.\r\n";

    /** The threshold of BUSY has its old name, which all versions know. */
    @RegisterExtension
    final RealRedis real = new RealRedis("--lua-time-limit", "100");

    @Test
    void commandsWaitForTheEndOfTheScriptInTheirOrder() throws Exception {
        MultiplexedRedis redis = real.client();
        await(redis.send(request(Command.PING)));
        CompletableFuture<Object> script = runScript("local t = redis.call('TIME')[1] + 3"
                + " while tonumber(redis.call('TIME')[1]) < t do end return 'done'");
        awaitBusy();
        List<Future<Response>> replies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            replies.add(redis.send(request(Command.RPUSH, "list", i)));
        }
        Future<Response> list = redis.send(request(Command.LRANGE, "list", 98, 99));
        Future<Response> other = redis.send(request(Command.EVAL, "return redis.call('LLEN', KEYS[1])", 1, "list"));
        assertFalse(script.isDone());
        for (int i = 0; i < 100; i++) {
            assertEquals(String.valueOf(i + 1), awaitText(replies.get(i)));
        }
        assertEquals("[98, 99]", awaitText(list));
        assertEquals("100", awaitText(other));
        assertEquals("done", script.get());
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void aScriptThatSaysBusyItselfIsExecutedOnceAndHoldsNobodyUp() throws Exception {
        MultiplexedRedis redis = real.client();
        Throwable failure = awaitFailure(redis.send(request(Command.EVAL,
                "redis.call('INCR', KEYS[1]) return redis.error_reply('BUSY lock is taken')", 1, "counter")));
        assertEquals("BUSY lock is taken", failure.getMessage());
        assertEquals("1", awaitText(redis.send(request(Command.GET, "counter"))));
    }

    @Test
    void aScriptThatNeverEndsCanBeKilled() throws Exception {
        MultiplexedRedis redis = real.client();
        await(redis.send(request(Command.PING)));
        CompletableFuture<Object> script = runScript("while true do end");
        awaitBusy();
        Future<Response> write = redis.send(request(Command.SET, "key", "value"));
        // PING, SET, and SET again.
        while (redis.status().lanes().get(0).commands() < 3) {
            assertFalse(write.isComplete());
        }
        assertEquals("OK", awaitText(redis.send(request(Command.SCRIPT, "KILL"))));
        assertEquals("OK", awaitText(write));
        assertThrows(ExecutionException.class, script::get);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "/7" })
    void anApplicationThatStartsMeanwhileCanKillItToo(String database) throws Exception {
        MultiplexedRedis redis = fresh(database);
        CompletableFuture<Object> script = runScript("while true do end");
        awaitBusy();
        Future<Response> write = redis.send(request(Command.SET, "key", "value"));
        assertEquals("OK", awaitText(redis.send(request(Command.SCRIPT, "KILL"))));
        assertThrows(ExecutionException.class, script::get);
        assertEquals("OK", awaitText(write));
        assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
        assertEquals(database.isEmpty() ? 1 : 0, await(real.client().send(request(Command.DBSIZE))).toInteger());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "/7" })
    void aConnectionOfACallersOwnKillsItToo(String database) throws Exception {
        CompletableFuture<Object> script = runScript("while true do end");
        awaitBusy();
        RedisConnection connection = await(fresh(database).connect());
        assertEquals("OK", awaitText(connection.send(request(Command.SCRIPT, "KILL"))));
        assertThrows(ExecutionException.class, script::get);
        await(connection.close());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "/7" })
    void aFunctionCanBeKilledLikewise(String database) throws Exception {
        MultiplexedRedis loader = real.client();
        await(loader.send(request(Command.FUNCTION, "LOAD",
                "#!lua name=forever\nredis.register_function('forever', function() while true do end end)")));
        CompletableFuture<Object> function = run("FCALL", "forever", "0");
        awaitBusy();
        assertEquals("OK", awaitText(fresh(database).send(request(Command.FUNCTION, "KILL"))));
        assertThrows(ExecutionException.class, function::get);
    }

    @Test
    void withFailFastCommandsToADatabaseFailUntilTheScriptIsOver() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(real.server().url() + "/7"),
                new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        CompletableFuture<Object> script = runScript("while true do end");
        awaitBusy();
        assertTrue(awaitFailure(redis.send(request(Command.GET, "key"))).getMessage().contains("BUSY"));
        assertEquals("OK", awaitText(real.client().send(request(Command.SCRIPT, "KILL"))));
        assertThrows(ExecutionException.class, script::get);
    }

    @Test
    void atItsDeadlineACommandSaysThatTheServerIsBusyAndThatItWasNotSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> "SET".equals(command.get(0)) ? BUSY : "+OK\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3)));
            Throwable failure = awaitFailure(redis.send(request(Command.SET, "key", "value")));
            assertInstanceOf(ConnectionLostException.class, failure);
            assertFalse(((CommandFailure) failure).sent());
            assertTrue(failure.getMessage().contains("BUSY"), failure.getMessage());
            assertEquals("OK", awaitText(redis.send(request(Command.GET, "key"))));
        }
    }

    @Test
    void withFailFastTheCallerIsToldAtOnce() throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> "SET".equals(command.get(0)) ? BUSY : "+OK\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
            assertTrue(awaitFailure(redis.send(request(Command.SET, "key", "value"))).getMessage().startsWith("BUSY"));
        }
    }

    /** The script ends between two commands that were sent together: the first one must not come after the second one now. */
    @Test
    void aWriteIsNotSentAgainWhenSomethingBehindItWasExecuted() throws Exception {
        AtomicInteger refusals = new AtomicInteger(2);
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "SET", "GET" -> refusals.getAndDecrement() > 0 ? BUSY : "+" + command.get(1) + "\r\n";
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            await(redis.send(request(Command.PING)));
            Promise<List<Future<Response>>> sent = Promise.promise();
            real.vertx().getOrCreateContext().runOnContext(go -> sent.complete(List.of(
                    redis.send(request(Command.SET, "first", "value")), redis.send(request(Command.GET, "read")),
                    redis.send(request(Command.SET, "second", "value")))));
            List<Future<Response>> replies = await(sent.future());
            assertTrue(awaitFailure(replies.get(0)).getMessage().startsWith("BUSY"));
            assertEquals("read", awaitText(replies.get(1)));
            assertEquals("second", awaitText(replies.get(2)));
            assertEquals(1, server.received().stream().filter(command -> command.contains("first")).count());
        }
    }

    private MultiplexedRedis client(ScriptedServer server, MultiplexerOptions options) {
        return real.client(new RedisOptions().setConnectionString(server.url()), options);
    }

    /** A client that has no connection yet. */
    private MultiplexedRedis fresh(String database) {
        return real.client(new RedisOptions().setConnectionString(real.server().url() + database), new MultiplexerOptions());
    }

    private CompletableFuture<Object> runScript(String script) {
        return run("EVAL", script, "0");
    }

    private CompletableFuture<Object> run(String... command) {
        return CompletableFuture.supplyAsync(() -> {
            try (RespClient client = real.server().client()) {
                return client.call(command);
            }
        });
    }

    private void awaitBusy() {
        try (RespClient observer = real.server().client()) {
            for (;;) {
                try {
                    observer.call("GET", "key");
                } catch (IllegalStateException e) {
                    assertTrue(e.getMessage().startsWith("BUSY"), e.getMessage());
                    return;
                }
            }
        }
    }
}
