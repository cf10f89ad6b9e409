package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** What {@link Requests} says of a single request. */
class RequestsTest {

    @ParameterizedTest
    @ValueSource(strings = { "GET key", "SET key value", "EVAL return 0", "PUBLISH channel message", "CONFIG GET x", "FLUSHALL",
            "XREAD STREAMS block 0", "XREAD COUNT 5 STREAMS block streams 0 0", "xread streams key BLOCK",
            "XREADGROUP GROUP block block STREAMS key >", "XREADGROUP GROUP streams block COUNT 1 STREAMS block >",
            "XREADGROUP GROUP g c NOACK STREAMS BLOCK >", "CLIENT LIST", "client kill ID 4", "CLIENT PAUSE 10",
            "CLIENT UNPAUSE",
            "CLIENT UNBLOCK 4", "CLIENT HELP", "SCRIPT LOAD x", "SCRIPT FLUSH", "SCRIPT EXISTS debug", "X.UNKNOWN SELECT" })
    void theseRequestsShareAConnection(String request) {
        assertEquals(Route.SHARED, Requests.route(Commands.request(request)));
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
        assertEquals(Route.BLOCKING, Requests.route(Commands.request(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "SELECT 1", "AUTH secret", "HELLO 3", "RESET", "QUIT", "SYNC", "PSYNC ? -1", "MONITOR", "READONLY",
            "READWRITE", "ASKING", "REPLCONF capa eof", "CLIENT REPLY ON", "DEBUG SLEEP 0", "SHUTDOWN NOSAVE",
            "client tracking on", "CLIENT CACHING yes",
            "CLIENT SETNAME x", "CLIENT SETINFO lib-name x", "CLIENT NO-EVICT on", "CLIENT NO-TOUCH on", "CLIENT ID",
            "CLIENT GETNAME", "CLIENT INFO", "CLIENT TRACKINGINFO", "CLIENT GETREDIR", "CLIENT", "CLIENT FUTURE",
            "SCRIPT DEBUG YES", "script debug sync" })
    void theseRequestsAreAboutTheirConnection(String request) {
        assertEquals(Route.CONNECTION_STATE, Requests.route(Commands.request(request)));
    }

    @Test
    void transactionsAndSubscriptionsHaveTheirOwnWays() {
        for (String name : Commands.names("multi exec discard watch unwatch")) {
            assertEquals(Route.TRANSACTION, Requests.route(Commands.request(name)));
        }
        for (String name : Commands.names("subscribe psubscribe ssubscribe unsubscribe punsubscribe sunsubscribe")) {
            assertEquals(Route.SUBSCRIPTION, Requests.route(Commands.request(name)));
        }
    }

    @Test
    void argumentsThatAreNullOrBinaryDoNoHarm() {
        Request client = Request.cmd(Command.CLIENT).nullArg();
        Request read = Request.cmd(Command.XREAD).nullArg().arg(new byte[] { 'b', 'l', 'o', 'c', -21 }).arg("STREAMS")
                .nullArg();
        Request pop = Request.cmd(Command.BLPOP).arg("key").nullArg();

        assertEquals(Route.CONNECTION_STATE, Requests.route(client));
        assertEquals(Route.SHARED, Requests.route(read));
        assertEquals(1, Requests.blockMillis(pop));
        assertEquals(1, Requests.blockMillis(Request.cmd(Command.BLPOP)));
    }

    @ParameterizedTest
    @CsvSource({ "BLPOP a b 3, 3000", "BRPOP key 0.5, 500", "BLMOVE a b LEFT RIGHT 2, 2000", "BRPOPLPUSH a b 1, 1000",
            "BLMPOP 1.5 2 a b LEFT COUNT 9, 1500", "BZMPOP 4 1 key MIN, 4000", "BZPOPMIN key 7, 7000", "BZPOPMAX key 7, 7000",
            "WAIT 1 250, 250", "WAITAOF 1 1 250, 250", "XREAD BLOCK 100 STREAMS key $, 100",
            "XREAD COUNT 7 BLOCK 100 STREAMS key $, 100", "XREADGROUP GROUP block g BLOCK 60 STREAMS key >, 60",
            "blpop key 3, 3000", "BLPOP key 0.0001, 1", "BLPOP key 1e3, 1000000" })
    void aBlockingRequestTellsForHowLong(String request, long millis) {
        assertEquals(millis, Requests.blockMillis(Commands.request(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "BLPOP key 0", "BLPOP key 0.0", "BLPOP key -0", "BLMPOP 0 1 key LEFT", "BZMPOP 0 1 key MIN",
            "WAIT 1 0", "WAITAOF 1 1 0", "XREAD BLOCK 0 STREAMS key $", "XREADGROUP GROUP g c BLOCK 0 STREAMS key >" })
    void zeroIsForEver(String request) {
        assertEquals(0, Requests.blockMillis(Commands.request(request)));
    }

    /** The server refuses these at once; a deadline of our own must not come before its answer. */
    @ParameterizedTest
    @ValueSource(strings = { "BLPOP key soon", "BLPOP key -1", "BLPOP key -1e300", "BLPOP key nan", "BLPOP key NaN",
            "XREAD BLOCK x STREAMS key $", "XREAD BLOCK", "WAIT" })
    void aTimeoutThatIsNoneCountsAsTheShortest(String request) {
        assertEquals(1, Requests.blockMillis(Commands.request(request)));
    }

    @Test
    void onlyWhatReadsMayBeRepeated() {
        assertTrue(Requests.isReadOnly(Commands.request("GET key")));
        assertTrue(Requests.isReadOnly(Commands.request("XREAD BLOCK 0 STREAMS key $")));
        for (String request : new String[] { "INCR key", "XREADGROUP GROUP g c STREAMS key >", "BLPOP key 0", "EVAL x 0",
                "X.UNKNOWN", "SELECT 1", "MULTI", "EXEC", "SUBSCRIBE c", "CLIENT LIST", "SCRIPT LOAD x", "WAIT 1 0" }) {
            assertFalse(Requests.isReadOnly(Commands.request(request)), request);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "CLIENT REPLY OFF", "client reply skip", "Client Reply Off", "REPLCONF ACK 0",
            "replconf getack *" })
    void theseRequestsAreNeverSent(String request) {
        assertEquals(Route.REFUSED, Requests.route(Commands.request(request)));
    }

    @Test
    void whatEndsAScriptIsKnown() {
        for (String request : new String[] { "SCRIPT KILL", "script kill", "FUNCTION KILL" }) {
            assertTrue(new SingleCommand(Commands.request(request), Promise.promise(), CommandReport.NONE).endsScript(),
                    request);
        }
        for (String request : new String[] { "SCRIPT EXISTS kill", "FUNCTION LIST", "SET script kill", "CLIENT KILL ID 1",
                "SHUTDOWN NOSAVE" }) {
            assertFalse(new SingleCommand(Commands.request(request), Promise.promise(), CommandReport.NONE).endsScript(),
                    request);
        }
    }

    @ParameterizedTest
    @CsvSource({ "BLPOP a b 10,BLPOP a b 1.234", "BLMPOP 10 1 a LEFT,BLMPOP 1.234 1 a LEFT",
            "XREAD COUNT 1 BLOCK 10000 STREAMS block 0,XREAD COUNT 1 BLOCK 1234 STREAMS block 0", "WAIT 1 10000,WAIT 1 1234",
            "BLMOVE a b LEFT RIGHT 10,BLMOVE a b LEFT RIGHT 1.234" })
    void theRestOfTheTimeOfABlockingRequest(String request, String rest) {
        Request shorter = Requests.withBlockMillis(Commands.request(request), 1234);
        assertEquals(Commands.request(rest).toString(), shorter.toString());
        assertEquals(1234, Requests.blockMillis(shorter));
    }
}
