package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.redis.client.Request;

/** What {@link Route} says of requests that stay together. Batches are written with a semicolon between requests. */
class BatchRouteTest {

    @ParameterizedTest
    @ValueSource(strings = { "GET a", "GET a;SET b c", "MULTI;SET a b;EXEC", "MULTI;SET a b;DISCARD;GET a",
            "WATCH a;GET a;UNWATCH", "WATCH a;MULTI;SET a b;EXEC", "WATCH a;MULTI;DISCARD", "MULTI;UNWATCH;EXEC",
            "MULTI;EXEC;MULTI;EXEC", "UNWATCH", "EXEC", "DISCARD", "MULTI;MULTI;EXEC", "MULTI;WATCH a;EXEC" })
    void aBatchThatLeavesNothingBehindSharesAConnection(String batch) {
        assertEquals(Route.SHARED, Route.of(batch(batch)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "MULTI", "MULTI;SET a b", "MULTI;EXEC;MULTI", "WATCH a", "WATCH a;GET a", "MULTI;EXEC;WATCH a",
            "UNWATCH;WATCH a", "MULTI;UNWATCH", "WATCH a;MULTI;UNWATCH", "SELECT 1", "SELECT 1;GET a;SELECT 0",
            "GET a;CLIENT SETNAME x", "MULTI;SELECT 1;EXEC", "BLPOP a 0;MULTI", "AUTH secret;GET a", "SCRIPT DEBUG yes" })
    void aBatchThatLeavesSomethingBehindDoesNot(String batch) {
        assertEquals(Route.CONNECTION_STATE, Route.of(batch(batch)));
    }

    /** Redis answers with an error, and goes on watching: the next transaction on the connection would fail. */
    @ParameterizedTest
    @ValueSource(strings = { "WATCH a;EXEC", "WATCH a;DISCARD", "MULTI;EXEC;WATCH a;EXEC" })
    void anEndWithoutAMultiDoesNotEndAWatch(String batch) {
        assertEquals(Route.CONNECTION_STATE, Route.of(batch(batch)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "BLPOP a 0", "GET a;BLPOP a 1;GET b", "MULTI;BLPOP a 1;EXEC", "SET a b;WAIT 1 0",
            "XREAD BLOCK 0 STREAMS a 0" })
    void aBatchThatBlocksDoesNot(String batch) {
        assertEquals(Route.BLOCKING, Route.of(batch(batch)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "SUBSCRIBE a", "GET a;PSUBSCRIBE b", "MULTI;UNSUBSCRIBE", "SELECT 1;BLPOP a 0;SSUBSCRIBE b" })
    void aBatchWithASubscriptionIsTheHubs(String batch) {
        assertEquals(Route.SUBSCRIPTION, Route.of(batch(batch)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "GET a;CLIENT REPLY OFF", "CLIENT REPLY SKIP;GET a", "MULTI;CLIENT REPLY SKIP;EXEC",
            "GET a;AUTH x y",
            "MULTI;AUTH secret;EXEC", "SELECT 1;HELLO 3 AUTH x y", "AUTH x y;AUTH x y", "REPLCONF ACK 0;GET a" })
    void aBatchThatTheServerMayNotAnswerInFullIsNeverSent(String batch) {
        assertEquals(Route.NOWHERE, Route.of(batch(batch)));
    }

    @Test
    void aLoginThatIsTheFirstRequestOfABatchMustNotBeAnotherOneOfItToo() {
        Request login = Commands.request("AUTH x y");
        assertEquals(Route.NOWHERE, Route.of(List.of(login, Commands.request("GET a"), login)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "AUTH x y;GET a", "HELLO 3 AUTH x y;GET a", "GET a;HELLO 3", "GET a;DEBUG SLEEP 0", "GET a;QUIT",
            "GET a;SHUTDOWN", "CLIENT REPLY ON;GET a" })
    void aBatchThatTheServerAnswersInFullIfItGoesOnIsSentOnAConnectionOfItsOwn(String batch) {
        assertEquals(Route.CONNECTION_STATE, Route.of(batch(batch)));
    }

    private static List<Request> batch(String requests) {
        return Commands.requests(requests.split(";"));
    }
}
