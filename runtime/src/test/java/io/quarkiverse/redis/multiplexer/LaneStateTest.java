package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.LaneState.BACKING_OFF;
import static io.quarkiverse.redis.multiplexer.LaneState.CLOSED;
import static io.quarkiverse.redis.multiplexer.LaneState.CLOSING;
import static io.quarkiverse.redis.multiplexer.LaneState.CONNECTING;
import static io.quarkiverse.redis.multiplexer.LaneState.HANDSHAKING;
import static io.quarkiverse.redis.multiplexer.LaneState.IDLE;
import static io.quarkiverse.redis.multiplexer.LaneState.READY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The transitions of {@link LaneState}: these and no others. */
class LaneStateTest {

    private static final Map<LaneState, Set<LaneState>> TRANSITIONS = new EnumMap<>(Map.of(
            IDLE, EnumSet.of(CONNECTING, CLOSING),
            CONNECTING, EnumSet.of(HANDSHAKING, BACKING_OFF, CLOSING),
            HANDSHAKING, EnumSet.of(READY, BACKING_OFF, CLOSING),
            READY, EnumSet.of(READY, BACKING_OFF, IDLE, CLOSING),
            BACKING_OFF, EnumSet.of(CONNECTING, CLOSING),
            CLOSING, EnumSet.of(CLOSED),
            CLOSED, EnumSet.noneOf(LaneState.class)));

    @ParameterizedTest
    @EnumSource
    void aStateBecomesTheseAndNoOthers(LaneState state) {
        Set<LaneState> next = EnumSet.allOf(LaneState.class);
        next.removeIf(candidate -> !state.canBecome(candidate));
        assertEquals(TRANSITIONS.get(state), next);
    }
}
