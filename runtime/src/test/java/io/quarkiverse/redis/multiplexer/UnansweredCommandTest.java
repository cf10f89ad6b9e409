package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitMany;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Commands that a server may leave unanswered, or follows by more than their reply, and renewals of logins that it refuses:
 * whoever tries what, nobody gets the reply to another command.
 */
class UnansweredCommandTest {

    private static final int STRANGERS = 32;
    private static final int COMMANDS_AT_ONCE = 16;
    private static final Duration SHORT_LIFE = Duration.ofMillis(500);

    /** Not those that end the server. */
    private static final List<String> COMMANDS = List.of("AUTH app wrong", "AUTH wrong", "HELLO 3 AUTH app wrong", "HELLO 2",
            "HELLO 9",
            "CLIENT REPLY OFF", "client reply skip", "CLIENT REPLY ON", "QUIT", "MONITOR", "SYNC", "PSYNC ? -1", "RESET",
            "REPLCONF ACK 0", "REPLCONF GETACK *", "REPLCONF capa eof", "DEBUG SLEEP 0.01", "DEBUG JMAP", "CLIENT NO-TOUCH ON",
            "CLIENT NO-EVICT ON", "CLIENT TRACKING ON", "SCRIPT KILL", "FUNCTION KILL", "FAILOVER ABORT", "SELECT 0",
            "READONLY",
            "EVAL return_redis.pcall('auth','app','wrong') 0", "EVAL return_redis.pcall('client','reply','off') 0");

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong right = new AtomicLong();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicBoolean refusing = new AtomicBoolean();
    private RedisServer server;

    @AfterEach
    void stop() throws Exception {
        stopped.set(true);
        await(vertx.close());
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void strangersGetTheirOwnRepliesWhateverACallerSends(RedisBinary binary) throws Exception {
        MultiplexedRedis redis = start(binary, Duration.ofHours(1));
        beginStrangers(redis);
        for (String command : COMMANDS) {
            for (List<Future<?>> sent : List.of(alone(redis, command), inABatch(redis, command), onAConnection(redis, command),
                    inATransaction(redis, command))) {
                for (Future<?> reply : sent) {
                    assertAnswered(reply, command);
                }
            }
        }
        assertOnlyRightReplies();
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void strangersGetTheirOwnRepliesWhileRenewalsAreRefused(RedisBinary binary) throws Exception {
        MultiplexedRedis redis = start(binary, SHORT_LIFE);
        beginStrangers(redis);
        awaitMany(STRANGERS * COMMANDS_AT_ONCE, right::get);
        int lanes = redis.status().lanes().size();
        refusing.set(true);
        try (RespClient administrator = administrator()) {
            // While the server sleeps, what it reads together afterwards comes together.
            while (refusals() < 3 * lanes && wrong.isEmpty()) {
                administrator.call("DEBUG", "SLEEP", "0.2");
            }
        }
        assertOnlyRightReplies();
        redis.status().lanes().forEach(lane -> assertEquals(1, lane.connects()));
    }

    /** The error of a refused AUTH is left out while messages are on their way, which they always may be. */
    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void subscriptionsGoOnWhileRenewalsAreRefused(RedisBinary binary) throws Exception {
        MultiplexedRedis redis = start(binary, SHORT_LIFE);
        AtomicInteger received = new AtomicInteger();
        RedisConnection subscriber = await(redis.connect());
        subscriber.handler(message -> received.addAndGet("message".equals(message.get(0).toString()) ? 1 : 0));
        await(subscriber.send(request(Command.SUBSCRIBE, "news")));
        refusing.set(true);
        int published = 0;
        try (RespClient publisher = administrator()) {
            long before = refusals();
            while (refusals() < before + 3) {
                publisher.call("PUBLISH", "news", "text");
                published++;
            }
            await(subscriber.send(request(Command.SUBSCRIBE, "more")));
        }
        int all = published;
        awaitUntil(() -> received.get() == all);
        assertEquals(0, redis.status().restorations());
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void aShutdownEndsForItsCallerAndIsNotSentTwice(RedisBinary binary) throws Exception {
        MultiplexedRedis redis = start(binary, Duration.ofHours(1));
        assertTrue(awaitFailure(redis.send(request(Command.SHUTDOWN, "NONSENSE"))).getMessage().startsWith("ERR"));
        assertEquals("value0", awaitText(redis.send(request(Command.GET, "key0"))));
        Throwable end = awaitFailure(redis.send(request(Command.SHUTDOWN, "NOSAVE")));
        assertInstanceOf(ConnectionLostException.class, end);
        assertTrue(((CommandFailure) end).sent());
    }

    private MultiplexedRedis start(RedisBinary binary, Duration lifetime) throws Exception {
        binary.assumeThere();
        server = RedisServer.start(binary);
        try (RespClient administrator = server.client()) {
            administrator.call("ACL", "SETUSER", "app", "on", ">right", "~*", "&*", "+@all");
            administrator.call("ACL", "SETUSER", "default", "resetpass", ">administrator");
        }
        MultiplexerOptions options = new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(5))
                .setCredentialsProvider(() -> Future.succeededFuture(
                        new RedisCredentials("app", refusing.get() ? "stale" : "right", Instant.now().plus(lifetime))));
        MultiplexedRedis redis = MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(server.url()), options);
        for (int i = 0; i < STRANGERS; i++) {
            await(redis.send(request(Command.SET, "key" + i, "value" + i)));
        }
        return redis;
    }

    private RespClient administrator() {
        RespClient client = server.client();
        client.call("AUTH", "administrator");
        return client;
    }

    /** How many logins the server has refused. */
    private long refusals() {
        try (RespClient administrator = administrator()) {
            return ((List<?>) administrator.call("ACL", "LOG")).stream().map(entry -> (List<?>) entry)
                    .filter(entry -> entry.contains("auth")).mapToLong(entry -> (Long) entry.get(entry.indexOf("count") + 1))
                    .sum();
        }
    }

    private void beginStrangers(MultiplexedRedis redis) {
        for (int i = 0; i < STRANGERS; i++) {
            int stranger = i;
            vertx.runOnContext(start -> ask(redis, stranger));
        }
    }

    private void ask(MultiplexedRedis redis, int stranger) {
        if (stopped.get()) {
            return;
        }
        List<Future<Response>> replies = new ArrayList<>();
        for (int i = 0; i < COMMANDS_AT_ONCE; i++) {
            Future<Response> reply = redis.send(request(Command.GET, "key" + stranger));
            replies.add(reply.onComplete(result -> {
                if (result.succeeded() && ("value" + stranger).equals(String.valueOf(result.result()))) {
                    right.incrementAndGet();
                } else {
                    wrong.add("GET key" + stranger + " -> " + result);
                }
            }));
        }
        Future.join(replies).onComplete(done -> ask(redis, stranger));
    }

    private void assertOnlyRightReplies() {
        long before = right.get();
        awaitUntil(() -> right.get() >= before + 10 * STRANGERS * COMMANDS_AT_ONCE || !wrong.isEmpty());
        assertEquals(List.of(), wrong);
    }

    private static List<Future<?>> alone(MultiplexedRedis redis, String command) {
        return List.of(redis.send(parse(command)));
    }

    private static List<Future<?>> inABatch(MultiplexedRedis redis, String command) {
        return List.of(redis.batch(List.of(request(Command.GET, "key1"), parse(command), request(Command.GET, "key2"))),
                redis.batch(List.of(parse(command))));
    }

    /** Behind, and before, other commands of the same caller; these, too, get their own replies. */
    private List<Future<?>> onAConnection(MultiplexedRedis redis, String command) throws Exception {
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.SELECT, 0)));
        List<Future<?>> replies = new ArrayList<>();
        replies.add(connection.send(request(Command.GET, "key1")));
        replies.add(connection.send(parse(command)));
        Future<Response> behind = connection.send(request(Command.GET, "key2"));
        replies.add(behind);
        replies.add(connection.send(parse(command)));
        for (Future<?> reply : replies) {
            assertAnswered(reply, command);
        }
        // Lines of MONITOR are what its caller asked for.
        if (behind.succeeded() && !command.equals("MONITOR")) {
            assertEquals("value2", behind.result().toString(), command);
        }
        await(connection.close());
        return replies;
    }

    private static List<Future<?>> inATransaction(MultiplexedRedis redis, String command) throws Exception {
        RedisConnection connection = await(redis.connect());
        List<Future<?>> replies = List.of(connection.send(request(Command.MULTI)), connection.send(parse(command)),
                connection.send(request(Command.GET, "key2")), connection.send(request(Command.EXEC)),
                connection.send(request(Command.GET, "key3")));
        Future<?> exec = replies.get(3);
        Future<?> behind = replies.get(4);
        for (Future<?> reply : replies) {
            assertAnswered(reply, command);
        }
        if (behind.succeeded() && exec.succeeded()) {
            assertTrue(exec.result().toString().contains("value2"), command + " ; EXEC -> " + exec.result());
            assertEquals("value3", behind.result().toString(), command);
        }
        await(connection.close());
        return replies;
    }

    private static void assertAnswered(Future<?> reply, String command) throws Exception {
        try {
            await(reply);
        } catch (TimeoutException e) {
            fail(command + " was never completed");
        } catch (ExecutionException e) {
            assertFalse(e.getCause() instanceof NullPointerException || e.getCause() instanceof Error, command + ": " + e);
        }
    }

    private static Request parse(String command) {
        String[] words = command.split(" ");
        Request request = Request.cmd(Command.create(words[0]));
        Arrays.stream(words).skip(1).forEach(word -> request.arg(word.replace('_', ' ')));
        return request;
    }
}
