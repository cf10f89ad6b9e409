package io.quarkiverse.redis.multiplexer.engine.lane;

import static io.quarkiverse.redis.multiplexer.engine.lane.SideTrack.State.AHEAD;
import static io.quarkiverse.redis.multiplexer.engine.lane.SideTrack.State.HOLDING;
import static io.quarkiverse.redis.multiplexer.engine.lane.SideTrack.State.IDLE;
import static io.quarkiverse.redis.multiplexer.engine.lane.SideTrack.State.RELEASED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

class SideTrackStateTest {

    @Test
    void theseAreAllTransitions() {
        Map<SideTrack.State, Set<SideTrack.State>> transitions = Map.of(IDLE, Set.of(AHEAD), AHEAD,
                Set.of(HOLDING, RELEASED, IDLE), HOLDING, Set.of(RELEASED, IDLE), RELEASED, Set.of(IDLE));
        for (SideTrack.State from : SideTrack.State.values()) {
            for (SideTrack.State to : SideTrack.State.values()) {
                assertEquals(transitions.get(from).contains(to), from.canBecome(to), () -> from + " to " + to);
            }
        }
    }
}
