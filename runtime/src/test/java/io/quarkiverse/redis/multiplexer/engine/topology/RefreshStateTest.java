package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

class RefreshStateTest {

    @Test
    void theseAreAllTransitions() {
        Set<String> transitions = Arrays.stream(RefreshState.values()).flatMap(from -> Arrays.stream(RefreshState.values())
                .filter(from::canBecome).map(to -> from + " " + to)).collect(Collectors.toSet());

        assertEquals(Set.of("UNSTARTED ASKING", "ASKING RESTING", "RESTING ASKING", "UNSTARTED CLOSED", "ASKING CLOSED",
                "RESTING CLOSED"), transitions);
    }
}
