package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.WHOLE;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

class MovesTest {

    private final SlotMap map = map(WHOLE);
    private final Moves moves = new Moves();

    @Test
    void theOwnerThatIsNamedLastCounts() {
        assertEquals(Optional.empty(), moves.owner(1));
        moves.record(1, at(7002), 10);
        moves.record(1, at(7003), 11);
        moves.record(16383, at(7002), 11);

        assertEquals(Optional.of(at(7003)), moves.owner(1));
        assertEquals(Set.of(at(7002), at(7003)), moves.owners());
    }

    @Test
    void whatTheMapTellsIsNeededNoMore() {
        moves.record(1, at(7001), 10);
        assertFalse(moves.contradict(map));
        moves.record(2, at(7002), 10);
        assertTrue(moves.contradict(map));
        assertFalse(moves.settle(map, 11, (owner, slot) -> false));

        assertEquals(Optional.empty(), moves.owner(1));
        assertEquals(Optional.of(at(7002)), moves.owner(2));
    }

    @Test
    void anOwnerIsForgottenIfItTurnsOutNotToHaveTheSlot() {
        moves.record(1, at(7002), 10);
        moves.record(2, at(7002), 10);
        assertTrue(moves.settle(map, 11, (owner, slot) -> owner.equals(at(7002)) && slot == 1));

        assertEquals(Optional.empty(), moves.owner(1));
        assertEquals(Optional.of(at(7002)), moves.owner(2));
    }

    @Test
    void whatWasNamedAfterTheQuestionIsKept() {
        moves.record(1, at(7001), Long.MIN_VALUE);
        assertFalse(moves.settle(map, Long.MAX_VALUE, (owner, slot) -> true));

        assertEquals(Optional.of(at(7001)), moves.owner(1));
    }
}
