package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Proxies that answer some commands by themselves, whatever the server behind them does: that proves nothing. */
class AnsweringProxyTest {

    /** How often the proxy is asked, until the client must have come to its verdict. */
    private static final int QUESTIONS = 6;

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private MultiplexedRedis redis;

    /** Whatever a proxy or an old server answers to the question about the silent connection, which has the number 7. */
    @ParameterizedTest
    @ValueSource(strings = {
            "-ERR unknown subcommand 'LIST'\r\n",
            "-ERR Syntax error, try CLIENT (LIST | KILL ip:port)\r\n",
            "-NOPERM this user has no permissions to run the 'client|list' command\r\n",
            "$0\r\n\r\n",
            "$-1\r\n",
            "_\r\n",
            "+OK\r\n",
            "*0\r\n",
            ":7\r\n",
            "+id=7 addr=10.0.0.1:5 age=0 idle=0 flags=N cmd=eval\r\n",
            "+id=7 addr=10.0.0.1:5 age=9000 idle=8000 flags=N qbuf=0 argv-mem=0 cmd=eval\r\n",
            "+id=7 addr=10.0.0.1:5 age=0 idle=0 flags=N qbuf=0 argv-mem=0 cmd=client\r\n",
            "+id=8 addr=10.0.0.1:5 age=0 idle=0 flags=N qbuf=0 argv-mem=0 cmd=eval\r\n" })
    void aProxyThatAnswersByItselfWhileTheServerIsSlowLosesNoCommand(String answer) throws Exception {
        assertNothingIsLostBehindAProxy("%1\r\n+id\r\n:7\r\n", answer);
    }

    @ParameterizedTest
    @ValueSource(strings = { "-ERR unknown command 'HELLO'\r\n", "-NOPROTO unsupported protocol version\r\n" })
    void aProxyThatGivesNoNumbersLosesNoCommand(String hello) throws Exception {
        assertNothingIsLostBehindAProxy(hello, "-ERR unknown command 'CLIENT'\r\n");
    }

    private void assertNothingIsLostBehindAProxy(String hello, String client) throws Exception {
        CountDownLatch asked = new CountDownLatch(QUESTIONS);
        CountDownLatch evaluating = new CountDownLatch(1);
        try (ScriptedServer proxy = new ScriptedServer(command -> {
            switch (command.get(0)) {
                case "HELLO":
                    return hello;
                case "EVAL":
                    evaluating.countDown();
                    awaitLatch(asked);
                    return "+done\r\n";
                case "INCR":
                    return ":1\r\n";
                default:
                    if (evaluating.getCount() == 0) {
                        asked.countDown();
                    }
                    return command.get(0).equals("CLIENT") ? client : "+PONG\r\n";
            }
        })) {
            connect(proxy, Duration.ofMinutes(1));
            Future<Response> slow = redis.send(request(Command.EVAL, "slow", 0));
            Future<Response> behind = redis.send(request(Command.INCR, "n"));
            assertEquals("done", awaitText(slow));
            assertEquals("1", awaitText(behind));
            assertEquals(1, redis.status().lanes().get(0).connects());
        }
    }

    /** The first connection falls silent, the second one after its handshake; the third one is all right. */
    @Test
    void aReplacementThatGoesSilentIsNotWaitedForForEver() throws Exception {
        Map<Consumer<String>, Integer> numbers = new ConcurrentHashMap<>();
        try (ScriptedServer server = new ScriptedServer((command, connection) -> {
            int number = numbers.computeIfAbsent(connection, added -> numbers.size() + 1);
            return switch (command.get(0)) {
                case "HELLO" -> "%1\r\n+id\r\n:" + number + "\r\n";
                case "INCR" -> number == 1 ? null : ":1\r\n";
                case "CLIENT" -> number == 2 ? null : "-ERR unknown subcommand\r\n";
                default -> "+PONG\r\n";
            };
        })) {
            connect(server, Duration.ofSeconds(2));
            assertInstanceOf(CommandTimeoutException.class, awaitFailure(redis.send(request(Command.INCR, "n"))));
            assertEquals("1", awaitText(redis.send(request(Command.INCR, "n"))));
            assertEquals(3, numbers.size());
            assertEquals(2, redis.status().lanes().get(0).connects());
        }
    }

    private void connect(ScriptedServer server, Duration commandTimeout) throws Exception {
        redis = real.client(new RedisOptions().setConnectionString(server.url()), new MultiplexerOptions().setLanes(1)
                .setLivenessTimeout(Duration.ofMillis(200)).setCommandTimeout(commandTimeout));
        await(redis.send(request(Command.PING)));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "the server was not asked");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
