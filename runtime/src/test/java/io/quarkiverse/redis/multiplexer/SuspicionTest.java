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
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.FaultProxy.Direction;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Only proof ends a connection on which somebody waits for something: with servers that keep commands waiting, users who may
 * not ask about connections, and connections that are half open.
 *
 * @see AnsweringProxyTest
 */
class SuspicionTest {

    private static final Duration LIVENESS = Duration.ofMillis(200);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    /** Longer than tests wait: what fails before, was given up. */
    private static final Duration LONG = Duration.ofMinutes(1);
    /** How often the server is asked, until the client must have come to its verdict. */
    private static final int QUESTIONS = 6;

    private enum User {
        DEFAULT(""),
        /** As many applications have: neither CLIENT LIST nor INFO. */
        WITHOUT_DANGEROUS_COMMANDS("app:secret@");

        private final String login;

        User(String login) {
            this.login = login;
        }
    }

    private Vertx vertx;
    private MultiplexedRedis redis;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        if (redis != null) {
            redis.close();
        }
        await(vertx.close());
    }

    static Stream<Arguments> serversAndUsers() {
        return Stream.of(RedisBinary.values())
                .flatMap(binary -> Stream.of(User.values()).map(user -> Arguments.of(binary, user)));
    }

    @ParameterizedTest
    @MethodSource("serversAndUsers")
    void aServerThatPausesWritesLosesNone(RedisBinary binary, User user) throws Exception {
        try (RedisServer server = start(binary); RespClient admin = server.client()) {
            connect(server.port(), user, LONG);
            admin.call("CLIENT", "PAUSE", "60000", "WRITE");
            Future<Response> first = redis.send(request(Command.INCR, "n"));
            Future<Response> second = redis.send(request(Command.INCR, "n"));
            Future<Response> read = redis.send(request(Command.GET, "n"));
            awaitQuestions(admin, "ping");
            assertFalse(first.isComplete());
            admin.call("CLIENT", "UNPAUSE");
            assertEquals("1", awaitText(first));
            assertEquals("2", awaitText(second));
            assertEquals("2", awaitText(read));
            assertEquals("3", awaitText(redis.send(request(Command.INCR, "n"))));
            assertEquals(1, redis.status().lanes().get(0).connects());
        }
    }

    /** While it waits for its replica, the primary pauses writes. */
    @ParameterizedTest
    @MethodSource("serversAndUsers")
    void aPlannedFailoverLosesNoWrite(RedisBinary binary, User user) throws Exception {
        try (RedisServer server = start(binary);
                RedisServer replica = RedisServer.start(binary);
                RespClient admin = server.client();
                RespClient replicaAdmin = replica.client()) {
            admin.call("CONFIG", "SET", "repl-diskless-sync-delay", "0");
            replicaAdmin.call("REPLICAOF", "127.0.0.1", String.valueOf(server.port()));
            connect(server.port(), user, LONG);
            awaitUntil(() -> ((String) admin.call("INFO", "replication")).contains("state=online"));
            replica.freeze();
            admin.call("SET", "what the replica", "has not got");
            admin.call("FAILOVER", "TIMEOUT", "60000");
            Future<Response> write = redis.send(request(Command.INCR, "n"));
            awaitQuestions(admin, "ping");
            assertFalse(write.isComplete());
            admin.call("FAILOVER", "ABORT");
            assertEquals("1", awaitText(write));
            assertEquals(1, redis.status().lanes().get(0).connects());
            replica.thaw();
        }
    }

    static Stream<Set<Direction>> directions() {
        return Stream.of(EnumSet.of(Direction.TO_CLIENT), EnumSet.of(Direction.TO_SERVER), EnumSet.allOf(Direction.class));
    }

    static Stream<Arguments> serversAndDirections() {
        return Stream.of(RedisBinary.values())
                .flatMap(binary -> directions().map(directions -> Arguments.of(binary, directions)));
    }

    @ParameterizedTest
    @MethodSource("serversAndDirections")
    void aHalfOpenConnectionIsGivenUpLongBeforeTheDeadline(RedisBinary binary, Set<Direction> directions) throws Exception {
        try (RedisServer server = start(binary); FaultProxy proxy = new FaultProxy(server.port())) {
            connect(proxy.port(), User.DEFAULT, LONG);
            halfOpen(proxy, directions);
            Throwable failure = awaitFailure(redis.send(request(Command.INCR, "n")));
            assertInstanceOf(ConnectionLostException.class, failure);
            assertTrue(((CommandFailure) failure).sent());
            boolean executed = !directions.contains(Direction.TO_SERVER);
            assertEquals(executed ? "2" : "1", awaitText(redis.send(request(Command.INCR, "n"))));
            assertEquals(2, redis.status().lanes().get(0).connects());
        }
    }

    /** As for a command of which a packet was lost on the way. */
    @ParameterizedTest
    @MethodSource("serversAndDirections")
    void aHalfOpenConnectionIsGivenUpWhateverCommandsAreInFlight(RedisBinary binary, Set<Direction> directions)
            throws Exception {
        try (RedisServer server = start(binary); FaultProxy proxy = new FaultProxy(server.port())) {
            connect(proxy.port(), User.DEFAULT, LONG);
            await(redis.batch(List.of(request(Command.INCR, "n"), request(Command.GET, "n"))));
            halfOpen(proxy, directions);
            Future<?> batch = redis.batch(List.of(request(Command.MULTI), request(Command.INCR, "n"), request(Command.EXEC)));
            Future<?> single = redis.send(request(Command.CONFIG, "SET", "maxclients", "10000"));
            assertInstanceOf(ConnectionLostException.class, awaitFailure(batch));
            assertInstanceOf(ConnectionLostException.class, awaitFailure(single));
        }
    }

    /** There is no proof: what was sent waits for its deadline, and what was not, for the next connection. */
    @ParameterizedTest
    @MethodSource("directions")
    void withoutProofAHalfOpenConnectionIsKeptUntilNobodyWaitsForItAnyMore(Set<Direction> directions) throws Exception {
        try (RedisServer server = start(RedisBinary.any()); FaultProxy proxy = new FaultProxy(server.port())) {
            connect(proxy.port(), User.WITHOUT_DANGEROUS_COMMANDS, Duration.ofSeconds(2));
            halfOpen(proxy, directions);
            long[] connects = new long[1];
            Future<Response> sent = redis.send(request(Command.INCR, "n"))
                    .onComplete(done -> connects[0] = redis.status().lanes().get(0).connects());
            awaitUntil(() -> proxy.accepted() >= 2);
            // So much longer than the first has it time.
            TimeUnit.SECONDS.sleep(1);
            Future<Response> later = redis.send(request(Command.INCR, "n"));
            Throwable failure = awaitFailure(sent);
            assertInstanceOf(CommandTimeoutException.class, failure);
            assertTrue(((CommandFailure) failure).sent());
            assertEquals(1, connects[0]);
            boolean executed = !directions.contains(Direction.TO_SERVER);
            assertEquals(executed ? "2" : "1", awaitText(later));
            assertEquals(2, redis.status().lanes().get(0).connects());
        }
    }

    @Test
    void aLargeRequestMayBeOnItsWayForLongerThanTheTimeout() throws Exception {
        try (RedisServer server = start(RedisBinary.any()); FaultProxy proxy = new FaultProxy(server.port())) {
            connect(proxy.port(), User.DEFAULT, LONG);
            proxy.latency(20, TimeUnit.MILLISECONDS);
            // At 64 kB in 20 ms.
            byte[] value = new byte[4 * 1024 * 1024];
            await(redis.send(Request.cmd(Command.SET).arg("large").arg(value)));
            assertEquals(String.valueOf(value.length), awaitText(redis.send(request(Command.STRLEN, "large"))));
            assertTrue(proxy.accepted() > 1, "it was not even suspected");
            assertEquals(1, redis.status().lanes().get(0).connects());
        }
    }

    @Test
    void aSuspectedConnectionTakesNoNewCommandsUntilSomethingIsReadOnIt() throws Exception {
        try (RedisServer server = start(RedisBinary.any()); FaultProxy proxy = new FaultProxy(server.port())) {
            connect(proxy.port(), User.WITHOUT_DANGEROUS_COMMANDS, LONG);
            proxy.halfOpen();
            Future<Response> first = redis.send(request(Command.INCR, "n"));
            awaitUntil(() -> proxy.accepted() >= 2);
            Future<Response> second = redis.send(request(Command.INCR, "n"));
            awaitUntil(() -> redis.status().lanes().get(0).pending() == 1);
            assertEquals(1, redis.status().lanes().get(0).inFlight());
            proxy.thaw();
            assertEquals("1", awaitText(first));
            assertEquals("2", awaitText(second));
            assertEquals(1, redis.status().lanes().get(0).connects());
        }
    }

    @Test
    void aServerThatRefusesOneMoreConnectionIsAskedAgain() throws Exception {
        try (RedisServer server = start(RedisBinary.any()); FaultProxy proxy = new FaultProxy(server.port())) {
            connect(proxy.port(), User.DEFAULT, LONG);
            proxy.halfOpen();
            proxy.refuse(true);
            Future<Response> sent = redis.send(request(Command.INCR, "n"));
            awaitUntil(() -> proxy.accepted() >= 3);
            assertFalse(sent.isComplete());
            assertEquals(1, redis.status().lanes().get(0).connects());
            proxy.refuse(false);
            assertInstanceOf(ConnectionLostException.class, awaitFailure(sent));
            assertEquals("1", awaitText(redis.send(request(Command.INCR, "n"))));
        }
    }

    @Test
    void aFrozenServerThatNobodyUsesCostsNoConnection() throws Exception {
        try (RedisServer server = start(RedisBinary.any()); FaultProxy proxy = new FaultProxy(server.port())) {
            connect(proxy.port(), User.DEFAULT, LONG);
            server.freeze();
            awaitUntil(() -> proxy.accepted() >= 3);
            server.thaw();
            assertEquals("1", awaitText(redis.send(request(Command.INCR, "n"))));
            assertEquals(1, redis.status().lanes().get(0).connects());
        }
    }

    /** PING is a question like others, and to be refused is an answer. */
    @Test
    void aUserWhoMayNotEvenPingHasHalfOpenConnectionsReplaced() throws Exception {
        try (RedisServer server = start(RedisBinary.any());
                FaultProxy proxy = new FaultProxy(server.port());
                RespClient admin = server.client()) {
            admin.call("ACL", "SETUSER", "app", "-ping");
            connect(proxy.port(), User.WITHOUT_DANGEROUS_COMMANDS, LONG);
            proxy.halfOpen();
            awaitUntil(() -> redis.status().lanes().get(0).connects() >= 2);
            assertEquals("1", awaitText(redis.send(request(Command.INCR, "n"))));
        }
    }

    private static RedisServer start(RedisBinary binary) {
        assumeTrue(binary.find().isPresent(), "there is no " + binary + " on this machine");
        RedisServer server = RedisServer.start(binary);
        try (RespClient admin = server.client()) {
            admin.call("ACL", "SETUSER", "app", "on", ">secret", "~*", "&*", "+@all", "-@dangerous");
        }
        return server;
    }

    private void connect(int port, User user, Duration commandTimeout) throws Exception {
        redis = MultiplexedRedis.create(vertx,
                new RedisOptions().setConnectionString("redis://" + user.login + "127.0.0.1:" + port),
                new MultiplexerOptions().setLanes(1).setLivenessTimeout(LIVENESS)
                        .setConnectTimeout(CONNECT).setCommandTimeout(commandTimeout));
        await(redis.send(request(Command.PING)).otherwiseEmpty());
    }

    private static void halfOpen(FaultProxy proxy, Set<Direction> directions) {
        if (directions.size() == 1) {
            proxy.halfOpen(directions.iterator().next());
        } else {
            proxy.halfOpen();
        }
    }

    private static void awaitQuestions(RespClient admin, String command) {
        int before = calls(admin, command);
        awaitUntil(() -> calls(admin, command) >= before + QUESTIONS);
    }

    private static int calls(RespClient admin, String command) {
        Matcher matcher = Pattern.compile("cmdstat_" + command + ":calls=(\\d+),")
                .matcher((String) admin.call("INFO", "commandstats"));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
