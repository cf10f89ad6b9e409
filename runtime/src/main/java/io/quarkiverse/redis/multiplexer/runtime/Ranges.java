package io.quarkiverse.redis.multiplexer.runtime;

import java.time.Duration;

import org.eclipse.microprofile.config.spi.Converter;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkus.runtime.configuration.DurationConverter;

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
            super(1);
        }
    }

    /** Any number; 0 has a meaning of its own. */
    public static final class LimitOrAutomatic extends NumberRange {
        public LimitOrAutomatic() {
            super(0);
        }
    }

    private abstract static class DurationRange implements Converter<Duration> {

        private static final long serialVersionUID = 1L;

        private final long minimumMillis;

        DurationRange(long minimumMillis) {
            this.minimumMillis = minimumMillis;
        }

        @Override
        public Duration convert(String value) {
            if (value.isBlank()) {
                return null;
            }
            Duration duration;
            try {
                duration = DurationConverter.parseDuration(value);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("- it must be " + range(), e);
            }
            if (duration.compareTo(Duration.ofMillis(minimumMillis)) < 0
                    || duration.compareTo(MultiplexerOptions.LONGEST_TIMEOUT) > 0) {
                throw new IllegalArgumentException("- it must be " + range());
            }
            return duration;
        }

        private String range() {
            return "a duration of at least " + minimumMillis + " ms and at most " + MultiplexerOptions.LONGEST_TIMEOUT.toDays()
                    + " days, such as 500ms, 10s or 1m";
        }
    }

    private abstract static class NumberRange implements Converter<Integer> {

        private static final long serialVersionUID = 1L;

        private final int minimum;

        NumberRange(int minimum) {
            this.minimum = minimum;
        }

        @Override
        public Integer convert(String value) {
            if (value.isBlank()) {
                return null;
            }
            try {
                int number = Integer.parseInt(value.trim());
                if (number >= minimum) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("- it must be " + range(), e);
            }
            throw new IllegalArgumentException("- it must be " + range());
        }

        private String range() {
            return "a whole number of at least " + minimum + " and at most " + Integer.MAX_VALUE;
        }
    }
}
