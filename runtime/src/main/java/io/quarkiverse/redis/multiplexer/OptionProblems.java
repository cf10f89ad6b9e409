package io.quarkiverse.redis.multiplexer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is wrong with options, each problem in words that name the key. */
final class OptionProblems {

    private static final int NANOS_PER_MILLI = 1_000_000;

    private final List<String> problems = new ArrayList<>();

    OptionProblems(MultiplexerOptions options) {
        atLeast("lanes", options.getLanes(), 0);
        atLeast("max-pending", options.getMaxPending(), 1);
        atLeast("max-pending-bytes", options.getMaxPendingBytes(), 0);
        within("max-dedicated-connections", options.getMaxDedicatedConnections(), 1,
                MultiplexerOptions.MOST_DEDICATED_CONNECTIONS);
        atLeast("max-waiting-messages", options.getMaxWaitingMessages(), 1);
        atLeast("max-waiting-bytes", options.getMaxWaitingBytes(), 1);
        within("command-timeout", options.getCommandTimeout(), 1);
        within("connect-timeout", options.getConnectTimeout(), 1);
        within("shutdown-timeout", options.getShutdownTimeout(), 0);
        within("liveness-timeout", options.getLivenessTimeout(), 1);
        within("reconnect.initial", options.getReconnectInitial(), 1);
        within("reconnect.max", options.getReconnectMax(), 1);
        if (options.getReconnectMax().compareTo(options.getReconnectInitial()) < 0) {
            problems.add("reconnect.max is " + configured(options.getReconnectMax())
                    + ", but must be at least reconnect.initial, which is " + configured(options.getReconnectInitial()));
        }
    }

    List<String> all() {
        return problems;
    }

    private void atLeast(String key, long value, long minimum) {
        if (value < minimum) {
            problems.add(key + " is " + value + ", but must be at least " + minimum);
        }
    }

    private void within(String key, long value, long minimum, long maximum) {
        atLeast(key, value, minimum);
        if (value > maximum) {
            problems.add(key + " is " + value + ", but must be at most " + maximum);
        }
    }

    private void within(String key, Duration value, long minimumMillis) {
        if (Objects.requireNonNull(value, key).compareTo(Duration.ofMillis(minimumMillis)) < 0) {
            problems.add(key + " is " + configured(value) + ", but must be at least " + minimumMillis + " ms");
        } else if (value.compareTo(MultiplexerOptions.LONGEST_TIMEOUT) > 0) {
            problems.add(key + " is " + configured(value) + ", but must be at most "
                    + MultiplexerOptions.LONGEST_TIMEOUT.toDays() + " days");
        }
    }

    /** A duration as it is configured. */
    private static String configured(Duration value) {
        if (value.getNano() == 0) {
            return value.getSeconds() + "s";
        }
        boolean inMillis = value.getNano() % NANOS_PER_MILLI == 0 && value.getSeconds() == (int) value.getSeconds();
        return inMillis ? value.toMillis() + "ms" : value.toString();
    }
}
