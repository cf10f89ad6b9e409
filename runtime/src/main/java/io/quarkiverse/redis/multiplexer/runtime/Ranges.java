package io.quarkiverse.redis.multiplexer.runtime;

import java.math.BigInteger;
import java.time.Duration;
import java.util.function.Function;

import org.eclipse.microprofile.config.spi.Converter;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;

/**
 * The ranges of configured values, as converters: the configuration collects what converters refuse, of all keys and all
 * clients. So a start that fails lists a value that is out of its range together with one that is no number at all.
 */
public final class Ranges {

    private Ranges() {
    }

    /** Something must get its time. */
    public static final class Timeout extends DurationRange {
        public Timeout() {
            super(1);
        }
    }

    /** Time that may be given, or not. */
    public static final class Grace extends DurationRange {
        public Grace() {
            super(0);
        }
    }

    /** At least one. */
    public static final class Limit extends NumberRange {
        public Limit() {
            super(1, Integer.MAX_VALUE);
        }
    }

    /** At least one, and no more than there can be to one server. */
    public static final class Connections extends NumberRange {
        public Connections() {
            super(1, MultiplexerOptions.MOST_DEDICATED_CONNECTIONS);
        }
    }

    /** Any number; 0 has a meaning of its own. */
    public static final class LimitOrAutomatic extends NumberRange {
        public LimitOrAutomatic() {
            super(0, Integer.MAX_VALUE);
        }
    }

    /** At least one byte. */
    public static final class Size extends SizeRange {
        public Size() {
            super(1);
        }
    }

    /** Any number of bytes; 0 has a meaning of its own. */
    public static final class SizeOrAutomatic extends SizeRange {
        public SizeOrAutomatic() {
            super(0);
        }
    }

    /** So many bytes as a {@code long} can count. */
    private abstract static class SizeRange implements Converter<MemorySize> {

        private static final long serialVersionUID = 1L;

        private final Range<BigInteger> range;

        SizeRange(long minimum) {
            range = new Range<>(BigInteger.valueOf(minimum), BigInteger.valueOf(Long.MAX_VALUE),
                    text -> new MemorySizeConverter().convert(text).asBigInteger(),
                    "a number of bytes of at least " + minimum + " and at most " + Long.MAX_VALUE + ", such as 64M or 1G");
        }

        @Override
        public MemorySize convert(String value) {
            BigInteger bytes = range.read(value);
            return bytes == null ? null : new MemorySize(bytes);
        }
    }

    private abstract static class DurationRange implements Converter<Duration> {

        private static final long serialVersionUID = 1L;

        private final Range<Duration> range;

        DurationRange(long minimumMillis) {
            range = new Range<>(Duration.ofMillis(minimumMillis), MultiplexerOptions.LONGEST_TIMEOUT,
                    DurationConverter::parseDuration, "a duration of at least " + minimumMillis + " ms and at most "
                            + MultiplexerOptions.LONGEST_TIMEOUT.toDays() + " days, such as 500ms, 10s or 1m");
        }

        @Override
        public Duration convert(String value) {
            return range.read(value);
        }
    }

    private abstract static class NumberRange implements Converter<Integer> {

        private static final long serialVersionUID = 1L;

        private final Range<Integer> range;

        NumberRange(int minimum, int maximum) {
            range = new Range<>(minimum, maximum, Integer::valueOf,
                    "a whole number of at least " + minimum + " and at most " + maximum);
        }

        @Override
        public Integer convert(String value) {
            return range.read(value);
        }
    }

    private record Range<T extends Comparable<T>>(T minimum, T maximum, Function<String, T> parser, String description) {

        T read(String text) {
            if (text.isBlank()) {
                return null;
            }
            T value;
            try {
                value = parser.apply(text.trim());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("- it must be " + description, e);
            }
            if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
                throw new IllegalArgumentException("- it must be " + description);
            }
            return value;
        }
    }
}
