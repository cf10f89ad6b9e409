package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;

/** {@link Patience}. Batches are written with a semicolon between requests; the command timeout is 10 seconds. */
class PatienceTest {

    private static final MultiplexerOptions OPTIONS = new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(10));
    /** Near the end of the clock, so that all sums overflow. */
    private static final long ACCEPTED = Long.MAX_VALUE - 1000;

    @ParameterizedTest
    @ValueSource(strings = { "GET a;GET b", "MULTI;SET a b;EXEC", "XREAD STREAMS block 5" })
    void whatDoesNotBlockHasTheCommandTimeoutFromItsAcceptance(String requests) {
        assertEquals(10_000, millisFromAcceptance(requests, 0));
        assertEquals(10_000, millisFromAcceptance(requests, 4_000));
        assertEquals(10_000, millisFromAcceptance(requests, 12_000));
    }

    @ParameterizedTest
    @CsvSource({ "BLPOP a 1,0", "BLPOP a 8,0", "BLPOP a 5,3000", "BLPOP a 2;GET b;BRPOP c 1;WAIT 1 250,4000",
            "XREAD BLOCK 100 STREAMS a $,7000" })
    void whatHasTimeToBlockAndBeAnsweredWithinTheCommandTimeoutHasNoMore(String requests, long waited) {
        assertEquals(10_000, millisFromAcceptance(requests, waited));
    }

    @ParameterizedTest
    @CsvSource({ "BLPOP a 9,0,19000", "BLPOP a 15,0,25000", "BLPOP a 5,4000,19000", "BLPOP a 5;BRPOP b 4,0,19000",
            "WAIT 1 30000,0,40000", "BLPOP a 1,11000,22000" })
    void whatHasNotHasTheCommandTimeoutOnTopOfTheTimeThatItBlocks(String requests, long waited, long millis) {
        assertEquals(millis, millisFromAcceptance(requests, waited));
    }

    @Test
    void ofAShortCommandTimeoutASecondMustBeLeftForTheAnswer() {
        MultiplexerOptions hasty = new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(1_500));
        Patience patience = Patience.with(Commands.requests("BLPOP a 1"), hasty, ACCEPTED);
        assertEquals(TimeUnit.MILLISECONDS.toNanos(2_500), patience.deadline(ACCEPTED).getAsLong() - ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = { "BLPOP a 0", "BLPOP a 2;XREAD BLOCK 0 STREAMS a $;GET b" })
    void whatMayBlockForEverHasNoDeadline(String requests) {
        assertEquals(OptionalLong.empty(), patience(requests).deadline(ACCEPTED));
    }

    @ParameterizedTest
    @ValueSource(strings = { "BLPOP a -10", "BLPOP a -1e9", "BLPOP a soon" })
    void aTimeoutThatIsRefusedDoesNotShortenTheDeadline(String requests) {
        assertEquals(10_000, millisFromAcceptance(requests, 0));
    }

    /** {@code XREAD BLOCK 9223372036854775807} is how some say for ever, and Redis takes it. */
    @ParameterizedTest
    @ValueSource(strings = { "XREAD BLOCK 9223372036854775807 STREAMS a $", "WAIT 1 9223372036854775807",
            "BLPOP a 9223372036854775", "BLPOP a 1e300", "BLPOP a Infinity", "BLPOP a 9e15;BLPOP b 9e15;BLPOP c 9e15" })
    void aVeryLongTimeoutIsNotAShortOne(String requests) {
        assertTrue(millisFromAcceptance(requests, 0) > TimeUnit.DAYS.toMillis(36_500));
    }

    private static Patience patience(String requests) {
        return Patience.with(Commands.requests(requests.split(";")), OPTIONS, ACCEPTED);
    }

    /** @param waited milliseconds from acceptance until the requests are sent */
    private static long millisFromAcceptance(String requests, long waited) {
        return TimeUnit.NANOSECONDS
                .toMillis(patience(requests).deadline(ACCEPTED + TimeUnit.MILLISECONDS.toNanos(waited)).getAsLong() - ACCEPTED);
    }
}
