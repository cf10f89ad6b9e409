package io.quarkiverse.redis.multiplexer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link MultiplexerOptions}: what is in range, and what is said of what is not. */
class MultiplexerOptionsTest {

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                Arguments.of("lanes is -1, but must be at least 0", options().setLanes(-1)),
                Arguments.of("max-pending is 0, but must be at least 1", options().setMaxPending(0)),
                Arguments.of("max-pending-bytes is -1, but must be at least 0", options().setMaxPendingBytes(-1)),
                Arguments.of("max-dedicated-connections is 0, but must be at least 1", options().setMaxDedicatedConnections(0)),
                Arguments.of("max-dedicated-connections is 65536, but must be at most 65535",
                        options().setMaxDedicatedConnections(65_536)),
                Arguments.of("max-waiting-messages is -7, but must be at least 1", options().setMaxWaitingMessages(-7)),
                Arguments.of("max-waiting-bytes is 0, but must be at least 1", options().setMaxWaitingBytes(0)),
                Arguments.of("command-timeout is 0s, but must be at least 1 ms",
                        options().setCommandTimeout(Duration.ZERO)),
                Arguments.of("command-timeout is PT0.000001S, but must be at least 1 ms",
                        options().setCommandTimeout(Duration.ofNanos(1000))),
                Arguments.of("connect-timeout is -5s, but must be at least 1 ms",
                        options().setConnectTimeout(Duration.ofSeconds(-5))),
                Arguments.of("shutdown-timeout is -1ms, but must be at least 0 ms",
                        options().setShutdownTimeout(Duration.ofMillis(-1))),
                Arguments.of("liveness-timeout is 3153600060s, but must be at most 36500 days",
                        options().setLivenessTimeout(Duration.ofDays(36_500).plusMinutes(1))),
                Arguments.of("reconnect.max is 1500ms, but must be at least reconnect.initial, which is 120s",
                        options().setReconnectInitial(Duration.ofMinutes(2)).setReconnectMax(Duration.ofMillis(1500))),
                Arguments.of("command-timeout is PT2562047788015H12M55.807S, but must be at most 36500 days",
                        options().setCommandTimeout(Duration.ofMillis(Long.MAX_VALUE))),
                Arguments.of("shutdown-timeout is PT876000H0.001S, but must be at most 36500 days",
                        options().setShutdownTimeout(Duration.ofDays(36_500).plusMillis(1))));
    }

    static Stream<MultiplexerOptions> inRange() {
        return Stream.of(options(), options().setLanes(0), options().setLanes(64), options().setMaxPending(1),
                options().setMaxPending(Integer.MAX_VALUE), options().setMaxPendingBytes(0),
                options().setMaxPendingBytes(1), options().setMaxPendingBytes(Long.MAX_VALUE),
                options().setMaxDedicatedConnections(1), options().setMaxDedicatedConnections(65_535),
                options().setMaxWaitingMessages(1), options().setMaxWaitingBytes(1),
                options().setCommandTimeout(Duration.ofMillis(1)),
                options().setCommandTimeout(Duration.ofDays(36_500)), options().setConnectTimeout(Duration.ofMillis(1)),
                options().setShutdownTimeout(Duration.ZERO));
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void whatIsOutOfItsRangeIsNamedWithItsValueAndItsRange(String problem, MultiplexerOptions options) {
        assertEquals(List.of(problem), options.problems());
    }

    @ParameterizedTest
    @MethodSource("inRange")
    void whatIsInItsRangeIsNoProblem(MultiplexerOptions options) {
        assertEquals(List.of(), options.problems());
    }

    @Test
    void everyProblemIsListed() {
        List<String> problems = options().setLanes(-1).setMaxPending(0).setMaxPendingBytes(-1).setMaxDedicatedConnections(0)
                .setMaxWaitingMessages(0).setMaxWaitingBytes(0)
                .setCommandTimeout(Duration.ZERO).setConnectTimeout(Duration.ZERO).setShutdownTimeout(Duration.ofMillis(-1))
                .setLivenessTimeout(Duration.ZERO).setReconnectInitial(Duration.ofSeconds(1)).setReconnectMax(Duration.ZERO)
                .problems();
        assertEquals(12, problems.size(), problems::toString);
    }

    /** A limit that nobody sets must hold all the same, whatever the heap. */
    @Test
    void pendingBytesAreLimitedToAQuarterOfTheHeapByDefault() {
        assertEquals(Runtime.getRuntime().maxMemory() / 4, options().getMaxPendingBytes());
        assertEquals(4096, options().setMaxPendingBytes(4096).getMaxPendingBytes());
    }

    @Test
    void aMissingTimeoutIsNamed() {
        NullPointerException missing = assertThrows(NullPointerException.class,
                () -> options().setConnectTimeout(null).problems());
        assertTrue(missing.getMessage().contains("connect-timeout"));
    }

    /** Through the getters, so that an option that is added is not forgotten. */
    @Test
    void aCopyHasEveryOption() throws ReflectiveOperationException {
        MultiplexerOptions original = options().setLanes(1).setMaxPending(2).setMaxDedicatedConnections(3)
                .setMaxWaitingMessages(4).setCommandTimeout(Duration.ofMillis(5)).setConnectTimeout(Duration.ofMillis(6))
                .setShutdownTimeout(Duration.ofMillis(7)).setLivenessTimeout(Duration.ofMillis(8))
                .setReconnectInitial(Duration.ofMillis(9)).setReconnectMax(Duration.ofMillis(11))
                .setMaxPendingBytes(12).setMaxWaitingBytes(13)
                .setUnavailable(UnavailablePolicy.FAIL_FAST).setRetryReadOnly(false)
                .setLargeReplyConnection(LargeReplyConnection.NEVER).setTransactions(TransactionMode.IMMEDIATE)
                .setReadZone("zone").setEagerConnect(true)
                .setListener(new MultiplexerListener() {
                }).setCredentialsProvider(() -> null)
                .setSentinelAccess(new SentinelAccess(Optional.of("user"), Optional.of("password"), Optional.of(true)))
                .setCommandTracer(operation -> null);
        MultiplexerOptions copy = new MultiplexerOptions(original);

        assertNotSame(original, copy);
        assertEquals(values(original), values(copy));
        values(options()).forEach((getter, value) -> assertTrue(!Objects.equals(value, valuesOf(original).get(getter)),
                () -> getter + " is not set above"));
    }

    @Test
    void nobodyIsToldThePasswordOfSentinels() {
        SentinelAccess access = new SentinelAccess(Optional.of("user"), Optional.of("secret"), Optional.empty());
        assertTrue(access.toString().contains("user"));
        assertFalse(access.toString().contains("secret"));
    }

    private static Map<String, Object> valuesOf(MultiplexerOptions options) {
        try {
            return values(options);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> values(MultiplexerOptions options) throws ReflectiveOperationException {
        Map<String, Object> values = new TreeMap<>();
        for (Method getter : Arrays.stream(MultiplexerOptions.class.getDeclaredMethods())
                .filter(method -> method.getName().matches("(get|is).*")).toList()) {
            values.put(getter.getName(), getter.invoke(options));
        }
        return values;
    }

    private static MultiplexerOptions options() {
        return new MultiplexerOptions();
    }
}
