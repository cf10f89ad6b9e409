package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link CommandTimes}: how long a command has been where, wherever the clock is. */
class CommandTimesTest {

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static void assertAbout(long expected, OptionalLong told) {
        assertEquals(expected, told.getAsLong(), 2);
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 5_000_000, -5_000_000, 1L << 50, (1L << 50) - 1 })
    void theyAreThoseBetweenAcceptingWritingAndNow(long accepted) {
        int written = CommandTimes.mark(accepted + millis(30));
        CommandTimes times = CommandTimes.of(OptionalLong.of(accepted), written, accepted + millis(1030));
        assertAbout(30, times.backlogMillis());
        assertAbout(1000, times.wireMillis());
        assertNotEquals(0, written);
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, -1, Long.MAX_VALUE, 5_000_000 })
    void whatIsNotWrittenWaits(long accepted) {
        CommandTimes times = CommandTimes.of(OptionalLong.of(accepted), 0, accepted + millis(500));
        assertAbout(500, times.backlogMillis());
        assertEquals(OptionalLong.empty(), times.wireMillis());
        assertEquals("it waited " + times.backlogMillis().getAsLong() + " ms in the backlog", times.toString());
    }

    @ParameterizedTest
    @CsvSource({ "1000,it was on the wire for 1000 ms" })
    void whenItWasAcceptedMayNotBeKnown(long wire, String words) {
        int written = CommandTimes.mark(0);
        CommandTimes times = CommandTimes.of(OptionalLong.empty(), written, millis(wire));
        assertAbout(wire, times.wireMillis());
        assertEquals(words.replaceAll("\\d+", String.valueOf(times.wireMillis().getAsLong())), times.toString());
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 77 })
    void ofWhatIsNotKnownNothingIsTold(long now) {
        assertEquals("", CommandTimes.of(OptionalLong.empty(), 0, now).toString());
    }

    /** A turn of an event loop is a little older than what is accepted in it, and nothing takes less than no time. */
    @ParameterizedTest
    @ValueSource(longs = { 0, Long.MAX_VALUE })
    void noTimeIsNegative(long now) {
        CommandTimes times = CommandTimes.of(OptionalLong.of(now + millis(5)), CommandTimes.mark(now), now);
        assertEquals(OptionalLong.of(0), times.backlogMillis());
    }
}
