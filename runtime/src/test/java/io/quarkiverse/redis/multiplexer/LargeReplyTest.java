package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Reads with large replies have a connection of their own, so that others need not wait, and yet keep their place. */
class LargeReplyTest {

    private static final int LARGE = 1024 * 1024;
    private static final String HEADER = "$" + LARGE + "\r\n";
    private static final String VALUE = "v".repeat(LARGE);

    @RegisterExtension
    final RealRedis real = new RealRedis();

    /** Where the large value was read, while that was answered at once. */
    private final Set<Consumer<String>> readOn = ConcurrentHashMap.newKeySet();
    /** Where the large value is read, and where a slow one is, when it is the test that answers. */
    private final BlockingQueue<Consumer<String>> reads = new LinkedBlockingQueue<>();
    private final BlockingQueue<Consumer<String>> slowReads = new LinkedBlockingQueue<>();
    private volatile boolean answering = true;
    private volatile boolean pingsAnswered = true;
    private final ScriptedServer server = new ScriptedServer(this::answer);

    @AfterEach
    void close() {
        server.close();
    }

    private String answer(List<String> command, Consumer<String> connection) {
        if (command.equals(List.of("GET", "large"))) {
            if (answering) {
                readOn.add(connection);
                return HEADER + VALUE + "\r\n";
            }
            reads.add(connection);
            return null;
        }
        if (command.equals(List.of("GET", "slow"))) {
            slowReads.add(connection);
            return null;
        }
        return pingsAnswered || !command.get(0).equals("PING") ? "+OK\r\n" : null;
    }

    /** Has what it needs to read the large value on another connection than everything else. */
    private MultiplexedRedis experiencedClient() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                new MultiplexerOptions().setLanes(1));
        makeExperienced(redis);
        return redis;
    }

    private void makeExperienced(MultiplexedRedis redis) throws Exception {
        // The connection for large replies is not waited for.
        while (readOn.size() < 2) {
            assertValue(redis.send(request(Command.GET, "large")));
        }
        answering = false;
    }

    private Consumer<String> nextRead() throws InterruptedException {
        Consumer<String> connection = reads.poll(10, TimeUnit.SECONDS);
        assertTrue(connection != null, "The large value is not read");
        return connection;
    }

    @Test
    void othersNeedNotWaitForTheRestOfALargeReply() throws Exception {
        MultiplexedRedis redis = experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> connection = nextRead();
        connection.accept(HEADER + VALUE.substring(0, LARGE / 2));
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        assertFalse(large.isComplete());
        connection.accept(VALUE.substring(LARGE / 2) + "\r\n");
        assertValue(large);
    }

    @Test
    void whatComesAfterTheReadIsSentWhenItsReplyHasBegun() throws Exception {
        MultiplexedRedis redis = experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Future<Response> after = redis.send(request(Command.SET, "large", "new"));
        Consumer<String> connection = nextRead();
        assertNotReceived("SET");
        // Not yet: a push is no reply.
        connection.accept(">2\r\n+invalidate\r\n+x\r\n");
        assertNotReceived("SET");
        connection.accept(HEADER);
        assertEquals("OK", awaitText(after));
        connection.accept(VALUE + "\r\n");
        assertValue(large);
    }

    @Test
    void theReadIsSentWhenWhatCameBeforeItHasBeenAnswered() throws Exception {
        MultiplexedRedis redis = experiencedClient();
        Future<Response> before = redis.send(request(Command.GET, "slow"));
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> lane = slowReads.poll(10, TimeUnit.SECONDS);
        assertNull(reads.poll(100, TimeUnit.MILLISECONDS));
        lane.accept("+done\r\n");
        assertEquals("done", awaitText(before));
        nextRead().accept(HEADER + VALUE + "\r\n");
        assertValue(large);
    }

    /** The other connection is free when the read could not be sent yet, and is not any more when it can be. */
    @Test
    void theReadDoesNotWaitForTheOtherConnection() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                new MultiplexerOptions().setLanes(1).setLivenessTimeout(Duration.ofSeconds(1)));
        makeExperienced(redis);
        Future<Response> before = redis.send(request(Command.GET, "slow"));
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> lane = slowReads.poll(10, TimeUnit.SECONDS);
        pingsAnswered = false;
        int pings = pings();
        // Sent on the other connection, because nothing comes from there.
        awaitUntil(() -> pings() > pings);
        lane.accept("+done\r\n");
        assertEquals("done", awaitText(before));
        Consumer<String> connection = nextRead();
        assertSame(lane, connection);
        connection.accept(HEADER + VALUE + "\r\n");
        assertValue(large);
    }

    private int pings() {
        return (int) server.received().stream().filter(command -> command.get(0).equals("PING")).count();
    }

    @Test
    void aReadThatIsLostIsRepeatedAndNothingWaitsForEver() throws Exception {
        MultiplexedRedis redis = experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        // No RESP: the client closes the connection.
        nextRead().accept("no RESP\r\n");
        nextRead().accept(HEADER + VALUE + "\r\n");
        assertValue(large);
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
    }

    @Test
    void aReadThatTheServerIsNotFitForIsTheLanesAgain() throws Exception {
        MultiplexedRedis redis = experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        nextRead().accept("-LOADING Redis is loading the dataset in memory\r\n");
        nextRead().accept(HEADER + VALUE + "\r\n");
        assertValue(large);
    }

    @Test
    void aReadThatIsOverdueFailsAndNothingWaitsForIt() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                new MultiplexerOptions().setLanes(1).setCommandTimeout(Duration.ofMillis(500)));
        makeExperienced(redis);
        Throwable failure = awaitFailure(redis.send(request(Command.GET, "large")));
        assertTrue(((CommandTimeoutException) failure).sent());
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        // The server refuses it now, when nobody waits for it any more.
        nextRead().accept("-LOADING Redis is loading the dataset in memory\r\n");
        assertNull(reads.poll(100, TimeUnit.MILLISECONDS));
        assertEquals(1, redis.status().lanes().get(0).failures().timeouts());
    }

    @Test
    void aReplyThatHasBecomeSmallIsReadOnTheLaneAgain() throws Exception {
        MultiplexedRedis redis = experiencedClient();
        Future<Response> small = redis.send(request(Command.GET, "large"));
        nextRead().accept("+small\r\n");
        assertEquals("small", awaitText(small));
        Future<Response> other = redis.send(request(Command.GET, "slow"));
        Consumer<String> lane = slowReads.poll(10, TimeUnit.SECONDS);
        lane.accept("+done\r\n");
        assertEquals("done", awaitText(other));
        redis.send(request(Command.GET, "large"));
        assertSame(lane, nextRead());
    }

    @Test
    void theEndWaitsForALargeReplyAsForAnyOther() throws Exception {
        MultiplexedRedis redis = experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> connection = nextRead();
        connection.accept(HEADER);
        redis.close();
        connection.accept(VALUE + "\r\n");
        assertValue(large);
        awaitUntil(() -> server.openConnections() == 0);
    }

    /** Everything is sent without waiting for anything. */
    @Test
    void readsSeeWhatWasWrittenBeforeAndNotWhatIsWrittenAfter() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLanes(1));
        List<Future<Response>> reads = new ArrayList<>();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(redis.send(request(Command.SET, "key", i + " ".repeat(LARGE))));
            for (int j = 0; j < 3; j++) {
                reads.add(redis.send(request(Command.GET, "key")));
            }
            all.add(redis.send(request(Command.SET, "key", i + " small")));
            if (i % 10 == 9) {
                await(Future.all(List.copyOf(all)));
                await(Future.all(List.copyOf(reads)));
            }
        }
        for (int i = 0; i < reads.size(); i++) {
            String value = awaitText(reads.get(i));
            assertTrue(value.startsWith(i / 3 + " "), () -> value.substring(0, 10));
            assertTrue(value.length() > LARGE);
        }
        assertEquals(2, real.connections());
        assertEquals(0, redis.status().lanes().get(0).inFlight());
    }

    private static void assertValue(Future<Response> large) throws Exception {
        assertTrue(VALUE.equals(awaitText(large)), "Not the value");
    }

    private void assertNotReceived(String name) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(100);
        assertTrue(server.received().stream().noneMatch(command -> command.get(0).equals(name)));
    }
}
