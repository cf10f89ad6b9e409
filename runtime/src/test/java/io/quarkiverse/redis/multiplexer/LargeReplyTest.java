package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.LargeValueServer.HEADER;
import static io.quarkiverse.redis.multiplexer.LargeValueServer.LARGE;
import static io.quarkiverse.redis.multiplexer.LargeValueServer.VALUE;
import static io.quarkiverse.redis.multiplexer.LargeValueServer.assertValue;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;

/** Reads with large replies have a connection of their own where that is worth it, so that others need not wait. */
class LargeReplyTest {

    @RegisterExtension
    final LargeValueServer server = new LargeValueServer();

    @Test
    void othersNeedNotWaitForTheRestOfALargeReply() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> connection = server.nextRead();
        connection.accept(HEADER + VALUE.substring(0, LARGE / 2));
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        assertFalse(large.isComplete());
        connection.accept(VALUE.substring(LARGE / 2) + "\r\n");
        assertValue(large);
    }

    @Test
    void theConnectionForThemIsInTheStatus() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        NodeStatus node = redis.status().nodes().get(0);
        assertEquals(new ConnectionStatus(ConnectionState.READY, 1, null), node.lanes().get(0).sideTrack());
        assertEquals(2, node.connections());
        redis.close();
        awaitUntil(() -> redis.status().lanes().stream().noneMatch(lane -> lane.sideTrack().isOpen()));
    }

    /** It does not matter when the server executes the read, as long as that is in its order among those of the same key. */
    @Test
    void othersNeedNotWaitForALargeReplyToBegin() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> connection = server.nextRead();
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        assertEquals("OK", awaitText(redis.send(request(Command.EXISTS, "key"))));
        assertFalse(large.isComplete());
        connection.accept(HEADER + VALUE + "\r\n");
        assertValue(large);
    }

    @Test
    void theReadNeedNotWaitForWhatDoesNotTouchItsKey() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> before = redis.send(request(Command.GET, "slow"));
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> lane = server.nextSlowRead();
        Consumer<String> connection = server.nextRead();
        assertNotSame(lane, connection);
        connection.accept(HEADER + VALUE + "\r\n");
        assertValue(large);
        lane.accept("+done\r\n");
        assertEquals("done", awaitText(before));
    }

    @Test
    void theReadDoesNotWaitForTheOtherConnection() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Consumer<String> lane = server.lane(redis);
        Future<Response> first = redis.send(request(Command.GET, "large"));
        Consumer<String> beside = server.nextRead();
        assertNotSame(lane, beside);
        beside.accept(HEADER);
        Future<Response> second = redis.send(request(Command.GET, "large"));
        Consumer<String> connection = server.nextRead();
        assertSame(lane, connection);
        connection.accept(HEADER + VALUE + "\r\n");
        assertValue(second);
        beside.accept(VALUE + "\r\n");
        assertValue(first);
    }

    @Test
    void aReplyThatHasBecomeSmallIsReadOnTheLaneAgain() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> small = redis.send(request(Command.GET, "large"));
        server.nextRead().accept("+small\r\n");
        assertEquals("small", awaitText(small));
        Consumer<String> lane = server.lane(redis);
        redis.send(request(Command.GET, "large"));
        assertSame(lane, server.nextRead());
    }

    /** The name may belong to another server by now. */
    @Test
    void aNewConnectionOfTheLaneHasANewOneBesideIt() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Consumer<String> lane = server.lane(redis);
        Future<Response> before = redis.send(request(Command.GET, "large"));
        Consumer<String> beside = server.nextRead();
        assertNotSame(lane, beside);
        beside.accept(HEADER + VALUE + "\r\n");
        assertValue(before);
        redis.send(request(Command.create("hangup")));
        assertNotSame(lane, server.lane(redis));
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> connection = server.nextRead();
        assertNotSame(beside, connection);
        connection.accept(HEADER + VALUE + "\r\n");
        assertValue(large);
    }

    @Test
    void whereARoundTripTakesLongerThanTheReplyItIsReadOnTheLane() throws Exception {
        MultiplexedRedis redis = server.client(server.link(server.server().port(), 100, Long.MAX_VALUE),
                new MultiplexerOptions());
        for (int i = 0; i < 5; i++) {
            assertValue(redis.send(request(Command.GET, "large")));
        }
        assertEquals(1, server.connectionsReadOn());
        assertEquals(1, server.server().openConnections());
    }

    @Test
    void withoutAConnectionForThemLargeRepliesComeOnTheLane() throws Exception {
        MultiplexedRedis redis = server.client(server.slowLink(server.server().port()),
                new MultiplexerOptions().setLargeReplyConnection(LargeReplyConnection.NEVER));
        for (int i = 0; i < 5; i++) {
            assertValue(redis.send(request(Command.GET, "large")));
        }
        assertEquals(1, server.connectionsReadOn());
        assertEquals(1, server.server().openConnections());
    }

    @Test
    void theEndWaitsForALargeReplyAsForAnyOther() throws Exception {
        MultiplexedRedis redis = server.experiencedClient();
        Future<Response> large = redis.send(request(Command.GET, "large"));
        Consumer<String> connection = server.nextRead();
        connection.accept(HEADER);
        redis.close();
        connection.accept(VALUE + "\r\n");
        assertValue(large);
        awaitUntil(() -> server.server().openConnections() == 0);
    }

    /** What the server does with the read, and what becomes of it. */
    static Stream<Arguments> ends() {
        return Stream.of(Arguments.of("the reply", HEADER + VALUE + "\r\n"), Arguments.of("an error", "-ERR none\r\n"),
                Arguments.of("a loss after the reply has begun", HEADER + VALUE + VALUE), Arguments.of("a timeout", ""));
    }

    /** Its future has no context, so that nobody but the engine catches what its handler throws. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("ends")
    void whatACallerDoesWhenItHearsOfItIsItsOwnTrouble(String name, String end) throws Exception {
        MultiplexedRedis redis = server.experiencedClient(new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(2)));
        BlockingQueue<Future<Response>> sent = new LinkedBlockingQueue<>();
        Future.all(List.of(redis.send(request(Command.GET, "large")))).onComplete(result -> {
            sent.add(redis.send(request(Command.GET, "large")));
            throw new AssertionError("on purpose");
        });
        server.nextRead().accept(end);
        server.nextRead().accept(HEADER + VALUE + "\r\n");
        assertValue(sent.poll(10, TimeUnit.SECONDS));
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "large", "new"))));
        assertEquals(0, redis.status().lanes().get(0).pending());
    }
}
