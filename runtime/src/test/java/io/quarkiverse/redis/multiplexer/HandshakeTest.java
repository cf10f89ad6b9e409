package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** The first words on a connection, with servers that a real Redis will not play. */
class HandshakeTest {

    private static final String UNKNOWN_COMMAND = "-ERR unknown command 'HELLO'\r\n";

    private final List<AutoCloseable> resources = new ArrayList<>();
    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
        for (AutoCloseable resource : resources) {
            resource.close();
        }
    }

    @Test
    void helloCarriesUserPasswordAndName() throws Exception {
        ScriptedServer server = server(command -> "HELLO".equals(command.get(0)) ? "%1\r\n+proto\r\n:3\r\n" : "+OK\r\n");
        await(client("redis://alice:pass%20word@localhost:" + server.port() + "/7?client=app").send(request(Command.PING)));
        assertEquals(List.of("HELLO", "3", "AUTH", "alice", "pass word", "SETNAME", "app"), server.received().get(0));
        assertEquals(List.of("SELECT", "7"), server.received().get(1));
        assertEquals(List.of("PING"), server.received().get(2));
    }

    @Test
    void aServerWithoutHelloIsGreetedAsOfOld() throws Exception {
        ScriptedServer server = server(new Function<>() {
            private boolean authenticated;

            @Override
            public String apply(List<String> command) {
                switch (command.get(0)) {
                    case "HELLO":
                        return UNKNOWN_COMMAND;
                    case "AUTH":
                        authenticated = command.get(1).equals("secret");
                        return "+OK\r\n";
                    default:
                        return authenticated ? "+OK\r\n" : "-NOAUTH Authentication required.\r\n";
                }
            }
        });
        assertEquals("OK", awaitText(client("redis://:secret@localhost:" + server.port() + "/2?client=app")
                .send(request(Command.GET, "key"))));
        assertEquals(List.of("HELLO", "PING", "AUTH", "CLIENT", "SELECT", "PING", "GET"),
                server.received().stream().map(command -> command.get(0)).toList());
    }

    @Test
    void withoutNegotiationThereIsNoHello() throws Exception {
        ScriptedServer server = server(command -> "+OK\r\n");
        RedisOptions options = new RedisOptions().setConnectionString(server.url()).setProtocolNegotiation(false);
        await(client(options).send(request(Command.GET, "key")));
        assertEquals(List.of(List.of("PING"), List.of("PING"), List.of("GET", "key")), server.received());
    }

    @Test
    void thePreferredProtocolIsAskedFor() throws Exception {
        ScriptedServer server = server(command -> "HELLO".equals(command.get(0)) ? "*2\r\n$5\r\nproto\r\n:2\r\n" : "+OK\r\n");
        await(client(new RedisOptions().setConnectionString(server.url())
                .setPreferredProtocolVersion(ProtocolVersion.RESP2)).send(request(Command.PING)));
        assertEquals(List.of("HELLO", "2"), server.received().get(0));
    }

    @Test
    void anErrorToHelloIsAnsweredInsteadOfHanging() throws Exception {
        ScriptedServer server = server(command -> "-ERR too many clients, try later\r\n");
        MultiplexedRedis redis = client(server.url());
        for (Throwable failure : List.of(awaitFailure(redis.connect()), awaitFailure(redis.send(request(Command.PING))),
                awaitFailure(redis.send(request(Command.BLPOP, "key", 1))))) {
            assertInstanceOf(ErrorType.class, failure);
            assertTrue(failure.getMessage().startsWith("ERR too many clients"), failure.getMessage());
            assertTrue(failure.getMessage().contains("localhost:" + server.port()), failure.getMessage());
        }
    }

    @Test
    void silenceEndsWithTheConnectTimeoutAndLeavesNoSocket() throws Exception {
        ScriptedServer server = server(command -> null);
        MultiplexedRedis redis = client(new RedisOptions().setConnectionString(server.url()));
        Throwable failure = awaitFailure(redis.connect());
        assertInstanceOf(ConnectException.class, failure);
        assertTrue(failure.getMessage().contains("quarkus.redis-multiplexer.connect-timeout"), failure.getMessage());
        redis.close();
        awaitNoConnections(server);
    }

    @Test
    void garbageInsteadOfAHandshake() throws Exception {
        ScriptedServer server = server(command -> "HTTP/1.1 400 Bad Request\r\n\r\n");
        MultiplexedRedis redis = client(server.url());
        Throwable failure = awaitFailure(redis.connect());
        assertInstanceOf(ConnectException.class, failure);
        assertTrue(failure.getMessage().contains("No RESP type"), failure.getMessage());
        redis.close();
        awaitNoConnections(server);
    }

    @Test
    void hangingUpDuringTheHandshake() throws Exception {
        ScriptedServer server = server(command -> ScriptedServer.HANG_UP);
        assertInstanceOf(ConnectException.class, awaitFailure(client(server.url()).connect()));
    }

    @Test
    void whatARefusingServerSaysIsKnownAtOnceAndAskedAgainInTheBackground() throws Exception {
        AtomicBoolean refusing = new AtomicBoolean(true);
        ScriptedServer server = server(command -> refusing.get() ? "-DENIED not you\r\n" : "+OK\r\n");
        MultiplexedRedis redis = client(server.url());
        assertTrue(awaitFailure(redis.send(request(Command.PING))).getMessage().startsWith("DENIED not you"));
        refusing.set(false);
        awaitUntil(() -> redis.status().lanes().get(0).state() == ConnectionState.READY);
        assertEquals("OK", awaitText(redis.send(request(Command.PING))));
    }

    @Test
    void aServerThatIsLoadingIsWaitedFor() throws Exception {
        AtomicInteger refusals = new AtomicInteger(3);
        ScriptedServer server = server(command -> "PING".equals(command.get(0)) && refusals.getAndDecrement() > 0
                ? "-LOADING Redis is loading the dataset in memory\r\n"
                : "+OK\r\n");
        assertEquals("OK", awaitText(client(server.url()).send(request(Command.GET, "key"))));
    }

    private static void awaitNoConnections(ScriptedServer server) {
        awaitUntil(() -> server.openConnections() == 0);
    }

    private ScriptedServer server(Function<List<String>, String> script) {
        ScriptedServer server = new ScriptedServer(script);
        resources.add(server);
        return server;
    }

    private MultiplexedRedis client(String url) {
        return client(new RedisOptions().setConnectionString(url));
    }

    private MultiplexedRedis client(RedisOptions options) {
        MultiplexedRedis redis = MultiplexedRedis.create(vertx, options,
                new MultiplexerOptions().setConnectTimeout(Duration.ofSeconds(3)));
        resources.add(redis::close);
        return redis;
    }
}
