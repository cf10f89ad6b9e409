package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.LargeValueServer.HEADER;
import static io.quarkiverse.redis.multiplexer.LargeValueServer.LARGE;
import static io.quarkiverse.redis.multiplexer.LargeValueServer.VALUE;
import static io.quarkiverse.redis.multiplexer.LargeValueServer.assertValue;
import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** A read on a connection beside the lane keeps its place among all that touches its key, whatever becomes of it. */
class LargeReplyOrderTest {

    @RegisterExtension
    final LargeValueServer server = new LargeValueServer();

    static List<List<Request>> conflicts() {
        return List.of(List.of(request(Command.SET, "large", "new")), List.of(request(Command.RENAME, "large", "other")),
                List.of(request(Command.ZUNIONSTORE, "large", 1, "other")), List.of(request(Command.EVAL, "script", 0)),
                List.of(request(Command.FLUSHALL)), List.of(request(Command.TS_ADD, "source", "*", 1)),
                List.of(request(Command.GET, "a"), request(Command.APPEND, "large", "b")),
                // What it sees must not be older than what the read sees that was sent before it.
                List.of(request(Command.STRLEN, "large")));
    }

    @ParameterizedTest
    @MethodSource("conflicts")
    void whatMayTouchTheKeyIsSentWhenTheReplyHasBegun(List<Request> conflict) throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Future<?> after = conflict.size() == 1 ? redis.send(conflict.get(0)) : redis.batch(conflict);
        Future<Response> behind = redis.send(request(Command.SET, "key", "value"));
        Consumer<String> connection = server.nextRead();
        String name = conflict.get(conflict.size() - 1).command().toString().toUpperCase(Locale.ROOT);
        server.assertNotReceived(name);
        // Not yet: a push is no reply.
        connection.accept(">2\r\n+invalidate\r\n+x\r\n");
        server.assertNotReceived(name);
        connection.accept(HEADER);
        await(after);
        assertEquals("OK", awaitText(behind));
        connection.accept(VALUE + "\r\n");
        assertValue(large);
    }

    static List<Request> unanswered() {
        return List.of(request(Command.SET, "large", "unanswered"), request(Command.MGET, "unanswered", "large"),
                // What it writes besides is for the rules of the server to say.
                request(Command.TS_ADD, "source", "*", "unanswered"));
    }

    @ParameterizedTest
    @MethodSource("unanswered")
    void theReadIsOnTheLaneBehindWhatTouchesItsKey(Request request) throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> before = redis.send(request);
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> lane = server.nextRead();
        lane.accept("+first\r\n" + HEADER + VALUE + "\r\n");
        assertEquals("first", awaitText(before));
        assertValue(large);
    }

    @Test
    void aReadThatIsLostIsRepeatedAndNothingWaitsForEver() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        // No RESP: the client closes the connection.
        server.nextRead().accept("no RESP\r\n");
        server.nextRead().accept(HEADER + VALUE + "\r\n");
        assertValue(large);
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
    }

    /** The key may have been written since the reply began, and the caller must not see that as what was there before. */
    @Test
    void aReadThatIsLostAfterItsReplyHasBegunFails() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Future<Response> after = redis.send(request(Command.SET, "large", "new"));
        Consumer<String> connection = server.nextRead();
        connection.accept(HEADER + VALUE.substring(0, LARGE / 2));
        assertEquals("OK", awaitText(after));
        // Both the value and the reply behind it are not what they should be.
        connection.accept(VALUE + VALUE);
        assertTrue(((ConnectionLostException) awaitFailure(large)).sent());
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        server.assertNotReadAgain();
        assertEquals(1, redis.status().lanes().get(0).failures().lost());
        assertEquals(0, redis.status().lanes().get(0).retries());
    }

    @Test
    void aReadThatIsRefusedAfterItsReplyHasBegunFails() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Future<Response> after = redis.send(request(Command.SET, "large", "new"));
        Consumer<String> connection = server.nextRead();
        connection.accept("!46\r\nLOADING Redis is loading");
        assertEquals("OK", awaitText(after));
        connection.accept(" the dataset in memory\r\n");
        assertEquals("LOADING Redis is loading the dataset in memory", awaitFailure(large).getMessage());
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        server.assertNotReadAgain();
    }

    @Test
    void aReadThatTheServerIsNotFitForIsTheLanesAgain() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        server.nextRead().accept("-LOADING Redis is loading the dataset in memory\r\n");
        server.nextRead().accept(HEADER + VALUE + "\r\n");
        assertValue(large);
    }

    @Test
    void aReadThatIsOverdueFailsAndNothingWaitsForIt() throws Exception {
        MultiplexedRedis redis = server.experiencedClient(new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(1)));
        Throwable failure = awaitFailure(redis.send(request(Command.GET, "large")));
        assertTrue(((CommandTimeoutException) failure).sent());
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "large", "new"))));
        // The server refuses it now, when nobody waits for it any more.
        server.nextRead().accept("-LOADING Redis is loading the dataset in memory\r\n");
        server.assertNotReadAgain();
        assertEquals(1, redis.status().lanes().get(0).failures().timeouts());
    }

    @Test
    void aKeyThatOthersWriteDoesNotGoBackInTime() throws Exception {
        MultiplexedRedis redis = server.client(server.slowLink(server.real.server().port()), new MultiplexerOptions());
        MultiplexedRedis writer = server.real.client();
        List<Future<Response>> reads = new ArrayList<>();
        for (int i = 100; i < 180; i++) {
            await(writer.send(request(Command.SET, "key", i + " ".repeat(LARGE / 3))));
            reads.add(redis.send(request(Command.GET, "key")));
            reads.add(redis.send(request(Command.GETRANGE, "key", 0, 2)));
            if (i % 4 == 0) {
                await(reads.get(reads.size() - 2));
            }
        }
        int latest = 0;
        for (Future<Response> read : reads) {
            int seen = Integer.parseInt(awaitText(read).substring(0, 3));
            assertTrue(seen >= latest, seen + " after " + latest);
            latest = seen;
        }
    }

    /** Everything is sent without waiting for anything. */
    @Test
    void readsSeeWhatWasWrittenBeforeAndNotWhatIsWrittenAfter() throws Exception {
        MultiplexedRedis redis = server.client(server.slowLink(server.real.server().port()), new MultiplexerOptions());
        await(redis.send(request(Command.SET, "key", " ".repeat(LARGE / 2))));
        while (server.real.connections() < 2) {
            await(redis.send(request(Command.GET, "key")));
        }
        List<Future<Response>> reads = new ArrayList<>();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(redis.send(request(Command.SET, "key", i + " ".repeat(LARGE / 2))));
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
            assertTrue(value.length() > LARGE / 2);
        }
        assertEquals(0, redis.status().lanes().get(0).inFlight());
    }
}
