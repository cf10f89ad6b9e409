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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** Servers, and proxies, that do not want HELLO, or do not want us just now. */
class RefusedHelloTest {

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

    /** Proxies, renamed commands, users who may not use HELLO, and what is still to come. */
    @ParameterizedTest
    @ValueSource(strings = { "unsupported command 'HELLO'", "ERR unknown command 'hello', with args beginning with: 3",
            "ERR Unknown command 'HELLO'", "NOPROTO unsupported protocol version", "ERR syntax error", "ERR",
            "ERR handle request, command 'HELLO' is not allowed", "ERR Syntax error in HELLO option 'setname'",
            "NOPERM this user has no permissions to run the 'hello' command", "SOMETHING else" })
    void whoRefusesHelloInWhateverWordsIsGreetedWithoutIt(String refusal) throws Exception {
        ScriptedServer server = server(new ServerWithPassword(refusal, "secret"));
        assertEquals("OK", awaitText(client("redis://:secret@localhost:" + server.port() + "/2?client=app")
                .send(request(Command.GET, "key"))));
        assertEquals(List.of("HELLO", "PING", "AUTH", "CLIENT", "SELECT", "PING", "GET"), names(server));
    }

    @Test
    void aWrongPasswordFailsWithTheWordsOfTheServerAlthoughHelloIsRefused() throws Exception {
        ScriptedServer server = server(new ServerWithPassword("NOPERM not HELLO", "secret"));
        Throwable failure = awaitFailure(client("redis://:wrong@localhost:" + server.port()).send(request(Command.PING)));
        assertInstanceOf(ErrorType.class, failure);
        assertTrue(failure.getMessage().startsWith("WRONGPASS"), failure.getMessage());
    }

    @Test
    void withoutAPasswordThatIsNeededTheServerSaysSoAlthoughHelloIsRefused() throws Exception {
        ScriptedServer server = server(new ServerWithPassword("NOPERM not HELLO", "secret"));
        Throwable failure = awaitFailure(client(server.url()).send(request(Command.PING)));
        assertTrue(failure.getMessage().startsWith("NOAUTH"), failure.getMessage());
    }

    private static final class ServerWithPassword implements Function<List<String>, String> {

        private final String refusalOfHello;
        private final String password;
        private boolean authenticated;

        ServerWithPassword(String refusalOfHello, String password) {
            this.refusalOfHello = refusalOfHello;
            this.password = password;
        }

        @Override
        public String apply(List<String> command) {
            switch (command.get(0)) {
                case "HELLO":
                    return "-" + refusalOfHello + "\r\n";
                case "AUTH":
                    authenticated = command.get(1).equals(password);
                    return authenticated ? "+OK\r\n" : "-WRONGPASS invalid username-password pair\r\n";
                default:
                    return authenticated ? "+OK\r\n" : "-NOAUTH Authentication required.\r\n";
            }
        }
    }

    /** As old twemproxies do. */
    @Test
    void whoEndsTheConnectionAtHelloIsGreetedWithoutItAndForTheNextConnectionsToo() throws Exception {
        ScriptedServer server = server(command -> "HELLO".equals(command.get(0)) ? ScriptedServer.HANG_UP : "+OK\r\n");
        MultiplexedRedis redis = client(server.url());
        assertEquals("OK", awaitText(redis.send(request(Command.GET, "key"))));
        assertEquals("OK", awaitText(redis.send(request(Command.BLPOP, "key", 1))));
        assertEquals(List.of("HELLO", "PING", "HELLO", "PING", "PING", "GET", "PING", "PING", "BLPOP"), names(server));
    }

    @Test
    void whoRefusesHelloAndThenEndsTheConnectionIsGreetedWithoutItToo() throws Exception {
        AtomicBoolean refused = new AtomicBoolean();
        ScriptedServer server = server(command -> {
            if ("HELLO".equals(command.get(0))) {
                refused.set(true);
                return "-ERR unsupported command\r\n";
            }
            return refused.getAndSet(false) ? ScriptedServer.HANG_UP : "+OK\r\n";
        });
        assertEquals("OK", awaitText(client(server.url()).send(request(Command.GET, "key"))));
    }

    /** It ends the connection at HELLO because it is being restarted: that must not cost the client RESP3. */
    @Test
    void aServerThatEndsOneConnectionIsStillAskedForResp3() throws Exception {
        AtomicBoolean ending = new AtomicBoolean(true);
        ScriptedServer server = server(command -> {
            if (!"HELLO".equals(command.get(0))) {
                return "+OK\r\n";
            }
            return ending.getAndSet(false) ? ScriptedServer.HANG_UP : "%1\r\n+proto\r\n:3\r\n";
        });
        MultiplexedRedis redis = client(server.url());
        assertEquals("OK", awaitText(redis.send(request(Command.GET, "key"))));
        assertEquals("OK", awaitText(redis.send(request(Command.BLPOP, "key", 1))));
        assertEquals(List.of("HELLO", "PING", "HELLO", "PING", "GET", "HELLO", "PING", "BLPOP"), names(server));
    }

    @Test
    void whoEndsEveryConnectionIsToldToHaveDoneSoAndAtWhat() throws Exception {
        ScriptedServer server = server(command -> ScriptedServer.HANG_UP);
        Throwable failure = awaitFailure(client(server.url()).connect());
        assertTrue(failure.getMessage().contains("The server closed the connection in answer to ping"), failure.getMessage());
    }

    @Test
    void whoIsSilentAtHelloIsNamedWithTheKeyToChange() throws Exception {
        ScriptedServer server = server(command -> "HELLO".equals(command.get(0)) ? null : "+OK\r\n");
        Throwable failure = awaitFailure(client(server.url()).connect());
        assertTrue(failure.getMessage().contains("no answer to HELLO"), failure.getMessage());
        assertTrue(failure.getMessage().contains("quarkus.redis.protocol-negotiation"), failure.getMessage());
    }

    /** Who is named must not become the default user, who needs no password here. */
    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aNamedUserIsHimselfAlsoWhereTheDefaultUserMayNotSayHello(RedisBinary binary) throws Exception {
        binary.assumeThere();
        try (RedisServer server = RedisServer.start(binary)) {
            try (RespClient administrator = server.client()) {
                administrator.call("ACL", "SETUSER", "alice", "on", ">right", "~*", "&*", "+@all");
                administrator.call("ACL", "SETUSER", "default", "-hello");
            }
            String node = "localhost:" + server.port();
            assertEquals("alice", awaitText(client("redis://alice:right@" + node).send(request(Command.ACL, "WHOAMI"))));
            assertTrue(awaitFailure(client("redis://alice:wrong@" + node).send(request(Command.PING))).getMessage()
                    .startsWith("WRONGPASS"));
            assertEquals("default", awaitText(client("redis://" + node).send(request(Command.ACL, "WHOAMI"))));
        }
    }

    /** It has room again when others have gone. */
    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aServerWithTooManyClientsIsWaitedFor(RedisBinary binary) throws Exception {
        binary.assumeThere();
        try (RedisServer server = RedisServer.start(binary); RespClient other = server.client()) {
            other.call("CONFIG", "SET", "maxclients", "1");
            MultiplexedRedis redis = client(server.url());
            assertInstanceOf(ConnectionLostException.class, awaitFailure(redis.connect()));
            Future<Response> waiting = redis.send(request(Command.SET, "key", "value"));
            awaitUntil(() -> redis.status().lanes().get(0).state() == ConnectionState.BACKING_OFF);
            assertFalse(waiting.isComplete());
            other.call("CONFIG", "SET", "maxclients", "100");
            assertEquals("OK", awaitText(waiting));
        }
    }

    /** The server refuses us as soon as we are there, while it is still being found out who we are. */
    @ParameterizedTest
    @ValueSource(strings = { "-DENIED protected mode is enabled\r\n", "-ERR max number of clients reached\r\n" })
    void whatTheServerSaysWhileCredentialsAreWaitedForIsTheCause(String refusal) throws Exception {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        resources.add(listener);
        CompletableFuture.runAsync(() -> refuse(listener, refusal));
        MultiplexedRedis redis = MultiplexedRedis.create(vertx,
                new RedisOptions().setConnectionString("redis://localhost:" + listener.getLocalPort()),
                new MultiplexerOptions().setCredentialsProvider(() -> Promise.<RedisCredentials> promise().future()));
        Throwable failure = awaitFailure(redis.connect());
        assertTrue(failure.getMessage().contains(refusal.substring(1, refusal.length() - 2)), failure.getMessage());
    }

    private static void refuse(ServerSocket listener, String refusal) {
        try {
            for (;;) {
                try (Socket socket = listener.accept()) {
                    socket.getOutputStream().write(refusal.getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            // The test is over.
            return;
        }
    }

    private static List<String> names(ScriptedServer server) {
        return server.received().stream().map(command -> command.get(0)).toList();
    }

    private ScriptedServer server(Function<List<String>, String> script) {
        ScriptedServer server = new ScriptedServer(script);
        resources.add(server);
        return server;
    }

    private MultiplexedRedis client(String url) {
        return MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(url),
                new MultiplexerOptions().setConnectTimeout(Duration.ofSeconds(2)));
    }
}
