package io.quarkiverse.redis.multiplexer.runtime.devui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

class ConsoleSessionTest {

    private static final Duration LIMIT = Duration.ofMillis(300);

    @RegisterExtension
    final ClientOfServer redis = new ClientOfServer();

    private MultiplexedRedis client;
    private ConsoleSession session;

    @BeforeEach
    void open() {
        client = redis.client();
        session = new ConsoleSession(redis.vertx(), client, RedisClientType.STANDALONE, LIMIT);
    }

    @Test
    void aCommandThatBlocksForTooLongIsUnblocked() throws Exception {
        String id = send("CLIENT ID").toString();
        Throwable failure = failure("BLPOP nothing 0");
        assertTrue(failure.getMessage().startsWith("UNBLOCKED"), failure.toString());
        assertEquals(id, send("CLIENT ID").toString());
    }

    @Test
    void aCommandThatKeepsTheServerBusyIsGivenUp() throws Exception {
        String id = send("CLIENT ID").toString();
        failure("DEBUG SLEEP 3");
        assertTrue(Integer.parseInt(send("CLIENT ID").toString()) > Integer.parseInt(id));
    }

    @Test
    void aCommandThatBlocksForALittleIsWaitedFor() throws Exception {
        assertEquals(null, send("BLPOP nothing 0.1"));
    }

    @Test
    void commandsRunOneAfterTheOther() throws Exception {
        Future<Response> blocked = session.send(CommandLine.parse("BLPOP list 0"));
        Future<Response> pushed = session.send(CommandLine.parse("LPUSH list a"));
        assertThrows(ExecutionException.class, () -> ClientOfServer.await(blocked));
        assertEquals(1, ClientOfServer.await(pushed).toInteger());
    }

    @Test
    void afterARestartOfTheServerThereIsANewConnection() throws Exception {
        send("MULTI");
        redis.server().kill();
        failure("SET a 1");
        redis.server().run();
        awaitServer();
        // The transaction has ended with the connection that it was on.
        assertEquals("OK", send("SET a 1").toString());
    }

    private void awaitServer() throws InterruptedException {
        CountDownLatch back = new CountDownLatch(1);
        long timer = redis.vertx().setPeriodic(20,
                now -> client.send(Request.cmd(Command.PING)).onSuccess(pong -> back.countDown()));
        assertTrue(back.await(20, TimeUnit.SECONDS));
        redis.vertx().cancelTimer(timer);
    }

    @Test
    void aCommandWithTooFewArgumentsDoesNotEndATransaction() throws Exception {
        send("MULTI");
        failure("GET");
        assertEquals("QUEUED", send("SET a 1").toString());
    }

    @Test
    void aScriptIsKilledFromTheConsoleThatHasStartedIt() throws Exception {
        session = new ConsoleSession(redis.vertx(), client, RedisClientType.STANDALONE, Duration.ofSeconds(60));
        send("CONFIG SET lua-time-limit 100");
        Future<Response> script = session.send(CommandLine.parse("EVAL 'while true do end' 0"));
        awaitBusy();
        Future<Response> behind = session.send(CommandLine.parse("PING"));
        assertEquals("OK", send("SCRIPT KILL").toString());
        assertThrows(ExecutionException.class, () -> ClientOfServer.await(script));
        assertEquals("PONG", ClientOfServer.await(behind).toString());
        assertTrue(failure("script kill").getMessage().startsWith("NOTBUSY"));
    }

    @Test
    void aFunctionIsKilledFromTheConsoleThatHasStartedIt() throws Exception {
        session = new ConsoleSession(redis.vertx(), client, RedisClientType.STANDALONE, Duration.ofSeconds(60));
        loadFunctionWithoutEnd();
        Future<Response> function = session.send(CommandLine.parse("FCALL forever 0"));
        awaitBusy();
        Future<Response> behind = session.send(CommandLine.parse("PING"));
        assertEquals("OK", send("FUNCTION KILL").toString());
        assertThrows(ExecutionException.class, () -> ClientOfServer.await(function));
        assertEquals("PONG", ClientOfServer.await(behind).toString());
        assertTrue(failure("function kill").getMessage().startsWith("NOTBUSY"));
    }

    @Test
    void aFunctionThatIsNotWaitedForAnyMoreCanBeKilledAndThatIsSaid() throws Exception {
        loadFunctionWithoutEnd();
        Throwable failure = failure("FCALL forever 0");
        assertTrue(failure.getMessage().endsWith("If it is still running, FUNCTION KILL ends it"), failure.getMessage());
        assertEquals("OK", send("FUNCTION KILL").toString());
    }

    private void loadFunctionWithoutEnd() throws Exception {
        try (RespClient other = redis.server().client()) {
            other.call("CONFIG", "SET", "lua-time-limit", "100");
            assumeTrue(other.call("COMMAND", "INFO", "FUNCTION").toString().contains("function"),
                    "Functions came with Redis 7");
            other.call("FUNCTION", "LOAD",
                    "#!lua name=test\nredis.register_function('forever', function() while true do end end)");
        }
    }

    @Test
    void aScriptIsKilledFromAConsoleThatIsOpenedMeanwhile() throws Exception {
        try (RespClient other = redis.server().client()) {
            other.call("CONFIG", "SET", "lua-time-limit", "100");
        }
        CompletableFuture<Object> script = CompletableFuture.supplyAsync(() -> {
            try (RespClient other = redis.server().client()) {
                return other.call("EVAL", "while true do end", "0");
            }
        });
        awaitBusy();
        assertTrue(failure("GET a").getMessage().startsWith("BUSY"));
        assertEquals("OK", send("SCRIPT KILL").toString());
        assertThrows(ExecutionException.class, script::get);
        assertEquals(null, send("GET a"));
    }

    @Test
    void aScriptThatIsNotWaitedForAnyMoreCanBeKilledAndThatIsSaid() throws Exception {
        send("CONFIG SET lua-time-limit 100");
        Throwable failure = failure("EVAL 'while true do end' 0");
        assertTrue(failure.getMessage().endsWith("If it is still running, SCRIPT KILL ends it"), failure.getMessage());
        assertEquals("OK", send("SCRIPT KILL").toString());
    }

    private void awaitBusy() {
        try (RespClient observer = redis.server().client()) {
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

    private Response send(String line) throws Exception {
        return ClientOfServer.await(session.send(CommandLine.parse(line)));
    }

    private Throwable failure(String line) {
        return assertThrows(ExecutionException.class, () -> send(line)).getCause();
    }
}
