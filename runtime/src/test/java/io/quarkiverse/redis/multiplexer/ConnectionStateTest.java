package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.ConnectionState.BACKING_OFF;
import static io.quarkiverse.redis.multiplexer.ConnectionState.CLOSED;
import static io.quarkiverse.redis.multiplexer.ConnectionState.CLOSING;
import static io.quarkiverse.redis.multiplexer.ConnectionState.CONNECTING;
import static io.quarkiverse.redis.multiplexer.ConnectionState.HANDSHAKING;
import static io.quarkiverse.redis.multiplexer.ConnectionState.IDLE;
import static io.quarkiverse.redis.multiplexer.ConnectionState.READY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The transitions of {@link ConnectionState}: these and no others. */
class ConnectionStateTest {

    private static final Map<ConnectionState, Set<ConnectionState>> TRANSITIONS = new EnumMap<>(Map.of(
            IDLE, EnumSet.of(CONNECTING, CLOSING),
            CONNECTING, EnumSet.of(HANDSHAKING, BACKING_OFF, CLOSING),
            HANDSHAKING, EnumSet.of(READY, BACKING_OFF, CLOSING),
            READY, EnumSet.of(READY, BACKING_OFF, IDLE, CLOSING),
            BACKING_OFF, EnumSet.of(CONNECTING, CLOSING),
            CLOSING, EnumSet.of(CLOSED),
            CLOSED, EnumSet.noneOf(ConnectionState.class)));

    @ParameterizedTest
    @EnumSource
    void aStateBecomesTheseAndNoOthers(ConnectionState state) {
        Set<ConnectionState> next = EnumSet.allOf(ConnectionState.class);
        next.removeIf(candidate -> !state.canBecome(candidate));
        assertEquals(TRANSITIONS.get(state), next);
    }
}
