package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** {@link Route}: of single requests. */
class RouteTest {

    @ParameterizedTest
    @ValueSource(strings = { "GET key", "SET key value", "EVAL return 0", "PUBLISH channel message", "CONFIG GET x", "FLUSHALL",
            "XREAD STREAMS block 0", "XREAD COUNT 5 STREAMS block streams 0 0", "xread streams key BLOCK",
            "XREADGROUP GROUP block block STREAMS key >", "XREADGROUP GROUP streams block COUNT 1 STREAMS block >",
            "XREADGROUP GROUP g c NOACK STREAMS BLOCK >", "CLIENT LIST", "client kill ID 4", "CLIENT PAUSE 10",
            "CLIENT UNPAUSE",
            "CLIENT UNBLOCK 4", "CLIENT HELP", "SCRIPT LOAD x", "SCRIPT FLUSH", "SCRIPT EXISTS debug", "X.UNKNOWN SELECT" })
    void theseRequestsShareAConnection(String request) {
        assertEquals(Route.SHARED, Route.of(Commands.request(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "BLPOP key 0", "BRPOP key 1", "BLMOVE a b LEFT LEFT 0", "BLMPOP 0 1 key LEFT", "BRPOPLPUSH a b 0",
            "BZPOPMIN key 0", "BZPOPMAX key 0", "BZMPOP 0 1 key MIN", "WAIT 1 0", "WAITAOF 1 1 0",
            "XREAD BLOCK 0 STREAMS key $",
            "xread count 1 block 5 streams block 0", "XREADGROUP GROUP g c BLOCK 0 STREAMS key >",
            "XREADGROUP GROUP streams streams NOACK BLOCK 0 STREAMS key >",
            "XREADGROUP GROUP group block BLOCK 0 STREAMS key >",
            "XREAD BLOCK" })
    void theseRequestsBlock(String request) {
        assertEquals(Route.BLOCKING, Route.of(Commands.request(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "SELECT 1", "AUTH secret", "HELLO 3", "RESET", "QUIT", "SYNC", "PSYNC ? -1", "MONITOR", "READONLY",
            "READWRITE", "ASKING", "REPLCONF capa eof", "CLIENT REPLY ON", "DEBUG SLEEP 0", "SHUTDOWN NOSAVE",
            "client tracking on", "CLIENT CACHING yes",
            "CLIENT SETNAME x", "CLIENT SETINFO lib-name x", "CLIENT NO-EVICT on", "CLIENT NO-TOUCH on", "CLIENT ID",
            "CLIENT GETNAME", "CLIENT INFO", "CLIENT TRACKINGINFO", "CLIENT GETREDIR", "CLIENT", "CLIENT FUTURE",
            "SCRIPT DEBUG YES", "script debug sync" })
    void theseRequestsAreAboutTheirConnection(String request) {
        assertEquals(Route.CONNECTION_STATE, Route.of(Commands.request(request)));
    }

    @Test
    void transactionsAndSubscriptionsHaveTheirOwnWays() {
        for (String name : Commands.names("multi exec discard watch unwatch")) {
            assertEquals(Route.TRANSACTION, Route.of(Commands.request(name)));
        }
        for (String name : Commands.names("subscribe psubscribe ssubscribe unsubscribe punsubscribe sunsubscribe")) {
            assertEquals(Route.SUBSCRIPTION, Route.of(Commands.request(name)));
        }
    }

    @Test
    void argumentsThatAreMissingOrBinaryDoNoHarm() {
        Request read = Request.cmd(Command.XREAD).arg(new byte[] { 'b', 'l', 'o', 'c', -21 }).arg("STREAMS");

        assertEquals(Route.SHARED, Route.of(read));
        assertEquals(BlockingTime.ofMillis(1), BlockingTime.of(Request.cmd(Command.BLPOP)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "CLIENT REPLY OFF", "client reply skip", "Client Reply Off", "REPLCONF ACK 0",
            "replconf getack *" })
    void theseRequestsAreNeverSent(String request) {
        assertEquals(Route.NOWHERE, Route.of(Commands.request(request)));
    }
}
