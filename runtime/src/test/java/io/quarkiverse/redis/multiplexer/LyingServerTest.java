package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** A server that does not keep to the protocol: nobody gets what is not theirs, and nobody waits for ever. */
class LyingServerTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @Test
    void aReplyThatNobodyAskedForEndsTheConnectionBeforeSomebodyElseGetsIt() throws Exception {
        try (ScriptedServer server = lyingOnce("+one\r\n+two\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            assertEquals("one", awaitText(redis.send(request(Command.GET, "key"))));
            awaitConnects(redis, 2);
            assertEquals("key", awaitText(redis.send(request(Command.GET, "key"))));
            assertTrue(redis.status().lanes().get(0).lastError().contains("nobody asked for"));
        }
    }

    @Test
    void aReplyOutOfTheBlueEndsTheConnectionToo() throws Exception {
        try (ScriptedServer server = new ScriptedServer(LyingServerTest::honest)) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            assertEquals("key", awaitText(redis.send(request(Command.GET, "key"))));
            server.push("+unsolicited\r\n");
            awaitConnects(redis, 2);
            assertEquals("key", awaitText(redis.send(request(Command.GET, "key"))));
        }
    }

    @Test
    void pushesBetweenAndInFrontOfRepliesShiftNothing() throws Exception {
        String push = ">3\r\n+message\r\n+channel\r\n+text\r\n";
        try (ScriptedServer server = new ScriptedServer(command -> push + honest(command) + push)) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            List<Future<Response>> replies = List.of(redis.send(request(Command.GET, "a")),
                    redis.send(request(Command.GET, "b")), redis.send(request(Command.GET, "c")));
            assertEquals("a", awaitText(replies.get(0)));
            assertEquals("b", awaitText(replies.get(1)));
            assertEquals("c", awaitText(replies.get(2)));
            assertEquals(1, redis.status().lanes().get(0).connects());
        }
    }

    @Test
    void aPushInTheMiddleOfAReplyIsNoProtocol() throws Exception {
        try (ScriptedServer server = lyingOnce("*2\r\n+a\r\n>2\r\n+message\r\n+x\r\n+b\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            // It only reads, so it is sent again on the next connection, where the server does not lie.
            assertEquals("key", awaitText(redis.send(request(Command.GET, "key"))));
            assertEquals(2, redis.status().lanes().get(0).connects());
        }
    }

    @Test
    void garbageFailsAWriteAsSentAndDoesNotRepeatIt() throws Exception {
        try (ScriptedServer server = lyingOnce("\u0007\u0007")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions());
            Throwable failure = awaitFailure(redis.send(request(Command.SET, "key", "value")));
            assertInstanceOf(ConnectionLostException.class, failure);
            assertTrue(((CommandFailure) failure).sent());
            assertEquals("key", awaitText(redis.send(request(Command.GET, "key"))));
            assertEquals(1, server.received().stream().filter(command -> "SET".equals(command.get(0))).count());
        }
    }

    @Test
    void aReplyThatNeverComesEndsWithTheDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> "SET".equals(command.get(0)) ? null : honest(command))) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3)));
            Throwable failure = awaitFailure(redis.send(request(Command.SET, "key", "value")));
            assertInstanceOf(CommandTimeoutException.class, failure);
            assertTrue(((CommandFailure) failure).sent());
        }
    }

    @Test
    void aHugeAnnouncementTakesNoMemoryAndEndsWithTheDeadline() throws Exception {
        try (ScriptedServer server = lyingOnce("*268435456\r\n$3\r\nfoo\r\n")) {
            MultiplexedRedis redis = client(server, new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3)));
            assertFalse(awaitFailure(redis.send(request(Command.SET, "key", "value"))).getMessage().isBlank());
        }
    }

    private MultiplexedRedis client(ScriptedServer server, MultiplexerOptions options) throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()), options.setLanes(1));
        await(redis.send(request(Command.PING)));
        return redis;
    }

    /** Answers the first GET or SET with {@code lie}, and all else with the truth. */
    private static ScriptedServer lyingOnce(String lie) {
        AtomicBoolean lied = new AtomicBoolean();
        Function<List<String>, String> script = command -> ("GET".equals(command.get(0)) || "SET".equals(command.get(0)))
                && lied.compareAndSet(false, true) ? lie : honest(command);
        return new ScriptedServer(script);
    }

    private static String honest(List<String> command) {
        return "GET".equals(command.get(0)) ? "+" + command.get(1) + "\r\n" : "+OK\r\n";
    }

    private static void awaitConnects(MultiplexedRedis redis, int connects) {
        awaitUntil(() -> redis.status().lanes().get(0).connects() >= connects);
    }
}
