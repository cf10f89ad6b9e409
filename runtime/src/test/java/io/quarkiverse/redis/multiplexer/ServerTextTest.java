package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A server that answers with line ends, escape sequences and no end at each point where its words get into the log, into a
 * failure that is likely to be logged, or into the status. What it replies to a caller's own command is the caller's,
 * unchanged.
 */
class ServerTextTest {

    private static final String FORGED = "2026-01-01 00:00:00 INFO  [auth] user admin logged in";
    private static final String HOSTILE = "\n" + FORGED + "\r\n" + FORGED + "\u001b[2J\u2028" + FORGED + "\u202e"
            + "x".repeat(30_000);

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Logger ours = Logger.getLogger("io.quarkiverse.redis.multiplexer");
    private final Handler collector = new Handler() {

        @Override
        public void publish(LogRecord entry) {
            seen.add(new SimpleFormatter().format(entry));
        }

        @Override
        public void flush() {
            // There is no buffer.
        }

        @Override
        public void close() {
            // Nor anything to be closed.
        }
    };

    @BeforeEach
    void collect() {
        collector.setLevel(Level.ALL);
        ours.setLevel(Level.ALL);
        ours.addHandler(collector);
    }

    @AfterEach
    void stop() {
        ours.removeHandler(collector);
        ours.setLevel(null);
    }

    @ParameterizedTest
    @ValueSource(strings = { "LOADING", "MASTERDOWN", "BUSY", "WRONGPASS", "NOAUTH", "DENIED", "ERR", "" })
    void whatItRefusesUsWith(String code) throws Exception {
        // A server that refuses nothing but HELLO is one for RESP2.
        for (Set<String> refusing : List.of(Set.of("HELLO", "PING"), Set.of("SELECT"), Set.of("PING"))) {
            try (ScriptedServer server = new ScriptedServer(
                    command -> refusing.contains(command.get(0)) ? error(code + HOSTILE) : "+OK\r\n")) {
                MultiplexedRedis redis = client(server, new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
                see(awaitFailure(redis.send(request(Command.GET, "key"))));
                see(awaitFailure(redis.batch(List.of(request(Command.GET, "key")))));
                see(awaitFailure(redis.send(request(Command.BLPOP, "key", 1))));
                see(awaitFailure(redis.connect()));
                assertSeen(redis, code);
            }
        }
    }

    @Test
    void whatWasTheMatterUntilTheDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> error("LOADING" + HOSTILE))) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(2)));
            see(awaitFailure(redis.connect()));
            Throwable failure = awaitFailure(redis.send(request(Command.SET, "key", "value")));
            assertTrue(failure.getMessage().contains("LOADING"), failure::getMessage);
            see(failure);
            assertSeen(redis, "LOADING");
        }
    }

    @Test
    void whatItAnswersWhenALoginIsRenewed() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> command.get(0).equals("AUTH") ? error("WRONGPASS" + HOSTILE) : "+OK\r\n")) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setCredentialsProvider(() -> Future.succeededFuture(
                            new RedisCredentials("alice", "secret", Instant.now().plusMillis(300)))));
            await(redis.send(request(Command.GET, "key")));
            awaitUntil(() -> seen.stream().anyMatch(text -> text.contains("could not renew its login")));
            assertSeen(redis, "WRONGPASS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "LOADING", "MASTERDOWN" })
    void whatAConnectionIsGivenUpFor(String code) throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> command.get(0).equals("SET") ? error(code + HOSTILE) : "+OK\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            await(redis.send(request(Command.PING)));
            assertIsTheServersOwn(code, awaitFailure(redis.send(request(Command.SET, "key", "value"))));
            awaitUntil(() -> redis.status().lanes().stream().anyMatch(lane -> lane.lastError() != null));
            assertSeen(redis, code);
        }
    }

    @Test
    void nothingIsSaidOfConnectionsThatAreMadeAnew() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> command.get(0).equals("SET") ? error("READONLY" + HOSTILE) : "+OK\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            await(redis.send(request(Command.PING)));
            assertIsTheServersOwn("READONLY", awaitFailure(redis.send(request(Command.SET, "key", "value"))));
            awaitUntil(() -> redis.status().lanes().stream().anyMatch(lane -> lane.connects() > 1));
            assertTrue(redis.status().lanes().stream().allMatch(lane -> lane.lastError() == null));
            assertTrue(seen.stream().noneMatch(text -> text.contains("READONLY")), seen::toString);
        }
    }

    @Test
    void whatABusyServerSaysUntilTheDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> command.get(0).equals("SET") ? error("BUSY " + HOSTILE) : "+OK\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3)));
            await(redis.send(request(Command.PING)));
            see(awaitFailure(redis.send(request(Command.SET, "key", "value"))));
            assertSeen(redis, "BUSY");
        }
    }

    @Test
    void whatItAnswersToSubscriptions() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> command.get(0).equals("SUBSCRIBE") ? error("NOPERM" + HOSTILE) : "+OK\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            RedisConnection connection = await(redis.connect());
            assertIsTheServersOwn("NOPERM", awaitFailure(connection.send(request(Command.SUBSCRIBE, "news"))));
            assertSeen(redis, "");
        }
    }

    /** Callers throw what they are told. */
    @Test
    void whatTheHandlersOfCallersThrow() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> command.get(0).equals("SET") ? error("ERR" + HOSTILE) : "+OK\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            Promise<Response> withoutContext = Promise.promise();
            withoutContext.future().onFailure(failure -> {
                throw new IllegalStateException(failure);
            });
            redis.send(request(Command.SET, "key", "value")).onComplete(withoutContext);
            assertIsTheServersOwn("ERR", awaitFailure(redis.send(request(Command.SET, "key", "value"))));
            awaitUntil(() -> seen.stream().anyMatch(text -> text.contains("IllegalStateException")));
            Promise<Throwable> unhandled = Promise.promise();
            real.vertx().exceptionHandler(unhandled::tryComplete);
            RedisConnection connection = await(redis.connect());
            connection.handler(message -> {
                throw new IllegalStateException(message.toString());
            });
            await(connection.send(request(Command.MONITOR)));
            server.push("$" + HOSTILE.getBytes(StandardCharsets.UTF_8).length + "\r\n" + utf8(HOSTILE) + "\r\n");
            // That of a message's handler is its own context's, which logs it if there is no handler for it.
            assertEquals(HOSTILE, await(unhandled.future()).getMessage());
            assertSeen(redis, "");
        }
    }

    private MultiplexedRedis client(ScriptedServer server, MultiplexerOptions options) {
        return real.client(new RedisOptions().setConnectionString(server.url() + "/1"), options);
    }

    private static void assertIsTheServersOwn(String code, Throwable failure) {
        assertEquals(code + HOSTILE, assertInstanceOf(ErrorType.class, failure).getMessage());
    }

    /** Something of what the server says must be there, or this would find nothing wrong for want of anything. */
    private void assertSeen(MultiplexedRedis redis, String code) {
        seen.add(redis.status().toString());
        assertTrue(seen.stream().anyMatch(text -> text.contains(code + "\\n" + FORGED) || code.isEmpty()
                || text.contains(code + " \\n" + FORGED)), () -> "Nothing of " + code + " in " + seen);
        for (String text : seen) {
            assertTrue(text.lines().noneMatch(line -> line.startsWith(FORGED)), text);
            assertTrue(text.codePoints().noneMatch(c -> c == 0x1b || c == 0x2028 || c == 0x202e), text);
            assertTrue(text.lines().allMatch(line -> line.length() < 5_000), text);
        }
    }

    private void see(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        seen.add(text.toString());
    }

    private static String error(String message) {
        return "!" + message.getBytes(StandardCharsets.UTF_8).length + "\r\n" + utf8(message) + "\r\n";
    }

    /** The bytes of its UTF-8 as characters, which is how the scripted server takes bytes. */
    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
