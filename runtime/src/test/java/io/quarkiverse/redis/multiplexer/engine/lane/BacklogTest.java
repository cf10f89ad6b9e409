package io.quarkiverse.redis.multiplexer.engine.lane;

import static io.quarkiverse.redis.multiplexer.engine.lane.Backlog.State.AWAITING_QUIET;
import static io.quarkiverse.redis.multiplexer.engine.lane.Backlog.State.DETOURING;
import static io.quarkiverse.redis.multiplexer.engine.lane.Backlog.State.FLOWING;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

/** The states of a backlog. How commands pass through them is in {@link LaneTest}. */
class BacklogTest {

    @Test
    void theseAreAllTransitions() {
        Map<Backlog.State, Set<Backlog.State>> transitions = Map.of(FLOWING, Set.of(AWAITING_QUIET, DETOURING),
                AWAITING_QUIET, Set.of(FLOWING), DETOURING, Set.of(FLOWING));
        for (Backlog.State from : Backlog.State.values()) {
            for (Backlog.State to : Backlog.State.values()) {
                assertEquals(transitions.get(from).contains(to), from.canBecome(to), () -> from + " to " + to);
            }
        }
    }
}
