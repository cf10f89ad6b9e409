package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.redis.client.Request;

/** {@link BlockingTime}: how long requests say that they block. */
class BlockingTimeTest {

    @ParameterizedTest
    @CsvSource({ "BLPOP a b 3, 3000", "BRPOP key 0.5, 500", "BLMOVE a b LEFT RIGHT 2, 2000", "BRPOPLPUSH a b 1, 1000",
            "BLMPOP 1.5 2 a b LEFT COUNT 9, 1500", "BZMPOP 4 1 key MIN, 4000", "BZPOPMIN key 7, 7000", "BZPOPMAX key 7, 7000",
            "WAIT 1 250, 250", "WAITAOF 1 1 250, 250", "XREAD BLOCK 100 STREAMS key $, 100",
            "XREAD COUNT 7 BLOCK 100 STREAMS key $, 100", "XREADGROUP GROUP block g BLOCK 60 STREAMS key >, 60",
            "blpop key 3, 3000", "BLPOP key 0.0001, 1", "BLPOP key 1e3, 1000000" })
    void aBlockingRequestTellsForHowLong(String request, long millis) {
        assertEquals(BlockingTime.ofMillis(millis), BlockingTime.of(Commands.request(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "BLPOP key 0", "BLPOP key 0.0", "BLPOP key -0", "BLMPOP 0 1 key LEFT", "BZMPOP 0 1 key MIN",
            "WAIT 1 0", "WAITAOF 1 1 0", "XREAD BLOCK 0 STREAMS key $", "XREADGROUP GROUP g c BLOCK 0 STREAMS key >" })
    void zeroIsForEver(String request) {
        assertEquals(BlockingTime.FOR_EVER, BlockingTime.of(Commands.request(request)));
    }

    /** The server refuses these at once; a deadline of our own must not come before its answer. */
    @ParameterizedTest
    @ValueSource(strings = { "BLPOP key soon", "BLPOP key -1", "BLPOP key -1e300", "BLPOP key nan", "BLPOP key NaN",
            "XREAD BLOCK x STREAMS key $", "XREAD BLOCK", "WAIT" })
    void aTimeoutThatIsNoneCountsAsTheShortest(String request) {
        assertEquals(BlockingTime.ofMillis(1), BlockingTime.of(Commands.request(request)));
    }

    @ParameterizedTest
    @CsvSource({ "BLPOP a b 10,BLPOP a b 1.234", "BLMPOP 10 1 a LEFT,BLMPOP 1.234 1 a LEFT",
            "XREAD COUNT 1 BLOCK 10000 STREAMS block 0,XREAD COUNT 1 BLOCK 1234 STREAMS block 0", "WAIT 1 10000,WAIT 1 1234",
            "BLMOVE a b LEFT RIGHT 10,BLMOVE a b LEFT RIGHT 1.234" })
    void theRestOfTheTimeOfABlockingRequest(String request, String rest) {
        Request shorter = BlockingTime.ofMillis(1234).in(Commands.request(request));
        assertEquals(Commands.request(rest).toString(), shorter.toString());
        assertEquals(BlockingTime.ofMillis(1234), BlockingTime.of(shorter));
    }

    @ParameterizedTest
    @ValueSource(strings = { "GET key", "XREAD STREAMS key 0", "XREADGROUP GROUP block block STREAMS key >", "MULTI" })
    void whatDoesNotBlockHasNone(String request) {
        assertEquals(BlockingTime.NONE, BlockingTime.of(Commands.request(request)));
    }

    @Test
    void timesAddUp() {
        assertEquals(BlockingTime.ofMillis(3250), of("BLPOP a 1;GET a;BRPOP b 2;WAIT 1 250"));
        assertEquals(BlockingTime.NONE, of("GET a;SET b c"));
        assertEquals(BlockingTime.FOR_EVER, of("BLPOP a 1;BLPOP a 0;BLPOP a 2"));
        assertEquals(BlockingTime.ofMillis(Long.MAX_VALUE), of("BLPOP a 9e15;BLPOP a 9e15"));
    }

    @Test
    void timePasses() {
        assertEquals(BlockingTime.ofMillis(1), BlockingTime.ofMillis(100).minus(99));
        assertEquals(BlockingTime.ofMillis(1), BlockingTime.ofMillis(100).minus(100));
        assertEquals(BlockingTime.ofMillis(1), BlockingTime.ofMillis(100).minus(101));
        assertEquals(BlockingTime.NONE, BlockingTime.NONE.minus(1));
        assertEquals(BlockingTime.FOR_EVER, BlockingTime.FOR_EVER.minus(Long.MAX_VALUE));
    }

    @Test
    void aRequestThatBlocksForEverIsTheSameAgain() {
        Request request = Commands.request("BLPOP a 0");
        assertSame(request, BlockingTime.FOR_EVER.in(request));
    }

    private static BlockingTime of(String requests) {
        return BlockingTime.of(Commands.requests(requests.split(";")));
    }
}
