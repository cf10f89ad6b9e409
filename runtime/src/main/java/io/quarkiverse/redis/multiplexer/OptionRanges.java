package io.quarkiverse.redis.multiplexer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The ranges of {@link MultiplexerOptions}, by their keys. */
final class OptionRanges {

    private final List<String> problems = new ArrayList<>();

    private OptionRanges() {
    }

    static List<String> problems(MultiplexerOptions options) {
        OptionRanges ranges = new OptionRanges();
        ranges.check(options);
        return ranges.problems;
    }

    private void check(MultiplexerOptions options) {
        atLeast("lanes", options.getLanes(), 0);
        atLeast("max-pending", options.getMaxPending(), 1);
        atLeast("max-pending-bytes", options.getMaxPendingBytes(), 0);
        atLeast("max-dedicated-connections", options.getMaxDedicatedConnections(), 1);
        atLeast("max-waiting-messages", options.getMaxWaitingMessages(), 1);
        atLeast("max-waiting-bytes", options.getMaxWaitingBytes(), 1);
        within("command-timeout", options.getCommandTimeout(), 1);
        within("connect-timeout", options.getConnectTimeout(), 1);
        within("shutdown-timeout", options.getShutdownTimeout(), 0);
        within("liveness-timeout", options.getLivenessTimeout(), 1);
        Duration initial = options.getReconnectInitial();
        Duration max = options.getReconnectMax();
        within("reconnect.initial", initial, 1);
        within("reconnect.max", max, 1);
        if (max.compareTo(initial) < 0) {
            problems.add("reconnect.max is " + max + ", but must be at least reconnect.initial, which is " + initial);
        }
    }

    private void atLeast(String key, long value, long minimum) {
        if (value < minimum) {
            problems.add(key + " is " + value + ", but must be at least " + minimum);
        }
    }

    private void within(String key, Duration value, long minimumMillis) {
        Duration longest = MultiplexerOptions.LONGEST_TIMEOUT;
        if (Objects.requireNonNull(value, key).compareTo(Duration.ofMillis(minimumMillis)) < 0) {
            problems.add(key + " is " + value + ", but must be at least " + minimumMillis + " ms");
        } else if (value.compareTo(longest) > 0) {
            problems.add(key + " is " + value + ", but must be at most " + longest.toDays() + " days");
        }
    }
}
