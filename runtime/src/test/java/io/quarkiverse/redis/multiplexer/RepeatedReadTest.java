package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;

/**
 * A read that is sent again, for whatever reason, never sees a later write of its own caller. The server has a map for its
 * data, refuses or loses the first GET, and executes what comes behind it.
 */
class RepeatedReadTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private final List<ScriptedServer> servers = new ArrayList<>();
    private final Map<String, String> data = new ConcurrentHashMap<>(Map.of("key", "value", "other", "thing"));
    private final AtomicInteger gets = new AtomicInteger();

    @AfterEach
    void stopServers() {
        servers.forEach(ScriptedServer::close);
    }

    /** @param first what becomes of the first GET */
    private String execute(List<String> command, String first) {
        return switch (command.get(0)) {
            case "GET" -> gets.getAndIncrement() == 0 ? first : bulk(data.get(command.get(1)));
            case "DEL" -> data.remove(command.get(1)) == null ? ":0\r\n" : ":1\r\n";
            case "SET" -> {
                data.put(command.get(1), command.get(2));
                yield "+OK\r\n";
            }
            case "HANGUP" -> ScriptedServer.HANG_UP;
            default -> "+OK\r\n";
        };
    }

    private static String bulk(String value) {
        return value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
    }

    private record Pair(Future<?> read, Future<?> write) {
    }

    @ParameterizedTest
    @ValueSource(strings = { "-BUSY a script runs\r\n", "-LOADING soon\r\n", "-MASTERDOWN soon\r\n" })
    void aRefusedReadIsNotSentAgainBehindAWriteOfItsKey(String refusal) throws Exception {
        assertNotOvertaken(refusal, redis -> new Pair(redis.send(request(Command.GET, "key")),
                redis.send(request(Command.DEL, "key"))));
    }

    @ParameterizedTest
    @ValueSource(strings = { "-BUSY a script runs\r\n", "-LOADING soon\r\n" })
    void aRefusedReadIsSentAgainBehindAWriteOfAnotherKey(String refusal) throws Exception {
        Pair sent = send(refusal, redis -> new Pair(redis.send(request(Command.GET, "key")),
                redis.send(request(Command.DEL, "other"))));
        assertEquals("value", String.valueOf(await(sent.read)));
        assertEquals("1", String.valueOf(await(sent.write)));
    }

    @Test
    void onAConnectionLikewise() throws Exception {
        assertNotOvertaken("-BUSY a script runs\r\n", redis -> {
            Promise<Pair> sent = Promise.promise();
            redis.connect().onSuccess(connection -> sent.complete(new Pair(connection.send(request(Command.GET, "key")),
                    connection.send(request(Command.DEL, "key")))));
            return new Pair(sent.future().compose(Pair::read), sent.future().compose(Pair::write));
        });
    }

    @Test
    void nothingOfABatchIsSentAgainEither() throws Exception {
        assertNotOvertaken("-BUSY a script runs\r\n", redis -> new Pair(redis.batch(List.of(request(Command.GET, "key"))),
                redis.send(request(Command.DEL, "key"))));
    }

    @Test
    void aLostReadIsNotSentAgainBehindAWriteOfItsKeyThatMayHaveBeenExecuted() throws Exception {
        Pair sent = send(null, redis -> {
            Pair pair = new Pair(redis.send(request(Command.GET, "key")), redis.send(request(Command.DEL, "key")));
            redis.send(request(Command.SET, "other", "HANGUP"));
            return pair;
        }, command -> {
            String answer = execute(command, null);
            return command.contains("HANGUP") ? ScriptedServer.HANG_UP : command.contains("key") ? null : answer;
        });
        assertTrue(failure(sent.read).sent());
        assertTrue(failure(sent.write).sent());
        assertEquals(1, gets.get());
    }

    /** Nobody knows the command HANGUP: it might have written any key. */
    @Test
    void aLostReadIsNotSentAgainBehindACommandThatMayHaveWrittenAnyKey() throws Exception {
        Pair sent = send(null, redis -> new Pair(redis.send(request(Command.GET, "key")),
                redis.send(request(Command.create("HANGUP")))));
        assertTrue(failure(sent.read).sent());
        assertTrue(failure(sent.write).sent());
    }

    @Test
    void aLostReadIsSentAgainIfNoWriteOfItsKeyWasBehindIt() throws Exception {
        Pair sent = send(null, redis -> {
            redis.send(request(Command.SET, "key", "new"));
            return new Pair(redis.send(request(Command.GET, "key")), redis.send(request(Command.SET, "other", "HANGUP")));
        }, command -> command.contains("HANGUP") ? ScriptedServer.HANG_UP : execute(command, null));
        assertEquals("new", String.valueOf(await(sent.read)));
        assertTrue(failure(sent.write).sent());
        assertEquals(2, gets.get());
    }

    private void assertNotOvertaken(String refusal, Function<MultiplexedRedis, Pair> calls) throws Exception {
        Pair sent = send(refusal, calls);
        assertTrue(awaitFailure(sent.read).getMessage().contains(refusal.substring(1, 5)), "The server's error");
        assertEquals("1", String.valueOf(await(sent.write)));
        assertEquals(1, gets.get());
    }

    private Pair send(String first, Function<MultiplexedRedis, Pair> calls) throws Exception {
        return send(first, calls, command -> execute(command, first));
    }

    /** Makes all calls in one turn of an event loop, so that they are sent together. */
    private Pair send(String first, Function<MultiplexedRedis, Pair> calls, Function<List<String>, String> script)
            throws Exception {
        ScriptedServer server = new ScriptedServer(script);
        servers.add(server);
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()), new MultiplexerOptions());
        Promise<Pair> sent = Promise.promise();
        // Connected, on that event loop.
        real.vertx().runOnContext(go -> redis.send(request(Command.PING))
                .onComplete(pong -> real.vertx().runOnContext(turn -> sent.complete(calls.apply(redis)))));
        return await(sent.future());
    }

    private static CommandFailure failure(Future<?> future) throws Exception {
        return assertInstanceOf(CommandFailure.class, awaitFailure(future));
    }
}
