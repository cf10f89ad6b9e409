package io.quarkiverse.redis.multiplexer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.redis.client.Request;

/** What {@link Requests} says of requests that stay together. Batches are written with a semicolon between requests. */
class BatchRouteTest {

    private static final MultiplexerOptions OPTIONS = new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(10));

    @ParameterizedTest
    @ValueSource(strings = { "GET a", "GET a;SET b c", "MULTI;SET a b;EXEC", "MULTI;SET a b;DISCARD;GET a",
            "WATCH a;GET a;UNWATCH", "WATCH a;MULTI;SET a b;EXEC", "WATCH a;MULTI;DISCARD", "MULTI;UNWATCH;EXEC",
            "MULTI;EXEC;MULTI;EXEC", "UNWATCH", "EXEC", "DISCARD", "MULTI;MULTI;EXEC", "MULTI;WATCH a;EXEC" })
    void aBatchThatLeavesNothingBehindSharesAConnection(String batch) {
        assertEquals(Route.SHARED, Requests.route(batch(batch)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "MULTI", "MULTI;SET a b", "MULTI;EXEC;MULTI", "WATCH a", "WATCH a;GET a", "MULTI;EXEC;WATCH a",
            "UNWATCH;WATCH a", "MULTI;UNWATCH", "WATCH a;MULTI;UNWATCH", "SELECT 1", "SELECT 1;GET a;SELECT 0",
            "GET a;CLIENT SETNAME x", "MULTI;SELECT 1;EXEC", "BLPOP a 0;MULTI", "AUTH secret;GET a", "SCRIPT DEBUG yes" })
    void aBatchThatLeavesSomethingBehindDoesNot(String batch) {
        assertEquals(Route.CONNECTION_STATE, Requests.route(batch(batch)));
    }

    /** Redis answers with an error, and goes on watching: the next transaction on the connection would fail. */
    @ParameterizedTest
    @ValueSource(strings = { "WATCH a;EXEC", "WATCH a;DISCARD", "MULTI;EXEC;WATCH a;EXEC" })
    void anEndWithoutAMultiDoesNotEndAWatch(String batch) {
        assertEquals(Route.CONNECTION_STATE, Requests.route(batch(batch)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "BLPOP a 0", "GET a;BLPOP a 1;GET b", "MULTI;BLPOP a 1;EXEC", "SET a b;WAIT 1 0",
            "XREAD BLOCK 0 STREAMS a 0" })
    void aBatchThatBlocksDoesNot(String batch) {
        assertEquals(Route.BLOCKING, Requests.route(batch(batch)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "SUBSCRIBE a", "GET a;PSUBSCRIBE b", "MULTI;UNSUBSCRIBE", "SELECT 1;BLPOP a 0;SSUBSCRIBE b" })
    void aBatchWithASubscriptionIsTheHubs(String batch) {
        assertEquals(Route.SUBSCRIPTION, Requests.route(batch(batch)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "GET a;CLIENT REPLY OFF", "CLIENT REPLY SKIP;GET a", "MULTI;CLIENT REPLY SKIP;EXEC",
            "GET a;AUTH x y",
            "MULTI;AUTH secret;EXEC", "SELECT 1;HELLO 3 AUTH x y", "AUTH x y;AUTH x y", "REPLCONF ACK 0;GET a" })
    void aBatchThatTheServerMayNotAnswerInFullIsNeverSent(String batch) {
        assertEquals(Route.REFUSED, Requests.route(batch(batch)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "AUTH x y;GET a", "HELLO 3 AUTH x y;GET a", "GET a;HELLO 3", "GET a;DEBUG SLEEP 0", "GET a;QUIT",
            "GET a;SHUTDOWN", "CLIENT REPLY ON;GET a" })
    void aBatchThatTheServerAnswersInFullIfItGoesOnIsSentOnAConnectionOfItsOwn(String batch) {
        assertEquals(Route.CONNECTION_STATE, Requests.route(batch(batch)));
    }

    @Test
    void aBatchMayTakeAsLongAsItsCommandsBlockOnTopOfTheTimeout() {
        assertEquals(10_000, timeoutMillis("GET a;GET b"));
        assertEquals(12_000, timeoutMillis("BLPOP a 2"));
        assertEquals(13_250, timeoutMillis("BLPOP a 2;GET b;BRPOP c 1;WAIT 1 250"));
        assertEquals(10_100, timeoutMillis("XREAD BLOCK 100 STREAMS a $"));
        assertEquals(10_000, timeoutMillis("XREAD STREAMS block 5"));
    }

    @Test
    void aBatchMayTakeForEverIfOneOfItsCommandsMay() {
        assertEquals(0, timeoutMillis("BLPOP a 0"));
        assertEquals(0, timeoutMillis("BLPOP a 2;XREAD BLOCK 0 STREAMS a $;GET b"));
    }

    @Test
    void aTimeoutThatIsRefusedDoesNotShortenTheDeadline() {
        assertEquals(10_001, timeoutMillis("BLPOP a -10"));
        assertEquals(10_001, timeoutMillis("BLPOP a -1e9"));
        assertEquals(10_001, timeoutMillis("BLPOP a soon"));
    }

    /** {@code XREAD BLOCK 9223372036854775807} is how some say for ever, and Redis takes it. */
    @ParameterizedTest
    @ValueSource(strings = { "XREAD BLOCK 9223372036854775807 STREAMS a $", "WAIT 1 9223372036854775807",
            "BLPOP a 9223372036854775",
            "BLPOP a 1e300", "BLPOP a Infinity", "BLPOP a 9e15;BLPOP b 9e15;BLPOP c 9e15" })
    void aVeryLongTimeoutIsNotAShortOne(String batch) {
        assertTrue(timeoutMillis(batch) > TimeUnit.DAYS.toMillis(100_000), () -> timeoutMillis(batch) + " ms");
    }

    private static long timeoutMillis(String batch) {
        return Requests.timeoutMillis(batch(batch), OPTIONS);
    }

    private static List<Request> batch(String requests) {
        return Commands.requests(requests.split(";"));
    }
}
