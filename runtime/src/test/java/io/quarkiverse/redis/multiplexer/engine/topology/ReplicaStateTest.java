package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

/** {@link ReplicaState}: every pair of states is in the table, or is not. */
class ReplicaStateTest {

    private static final Map<ReplicaState, Set<ReplicaState>> TABLE = Map.of(
            ReplicaState.UNPROVED, Set.of(ReplicaState.FIT, ReplicaState.UNFIT),
            ReplicaState.FIT, Set.of(ReplicaState.UNFIT),
            ReplicaState.UNFIT, Set.of(ReplicaState.FIT));

    @Test
    void transitionsAreThoseOfTheTable() {
        for (ReplicaState from : ReplicaState.values()) {
            assertEquals(TABLE.get(from),
                    Arrays.stream(ReplicaState.values()).filter(from::canBecome).collect(Collectors.toSet()), from::name);
        }
    }
}
