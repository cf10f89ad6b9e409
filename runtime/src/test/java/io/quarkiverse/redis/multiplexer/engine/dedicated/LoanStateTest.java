package io.quarkiverse.redis.multiplexer.engine.dedicated;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

/** {@link LoanState}: every transition, legal or not. */
class LoanStateTest {

    private static final Map<LoanState, Set<LoanState>> LEGAL = Map.of(
            LoanState.OPENING, Set.of(LoanState.IDLE, LoanState.CLOSED),
            LoanState.IDLE, Set.of(LoanState.LENT, LoanState.CLOSED),
            LoanState.LENT, Set.of(LoanState.RETURNING, LoanState.DISCARDED, LoanState.CLOSED),
            LoanState.RETURNING, Set.of(LoanState.IDLE, LoanState.DISCARDED, LoanState.CLOSED),
            LoanState.DISCARDED, Set.of(LoanState.CLOSED),
            LoanState.CLOSED, Set.of());

    @Test
    void theTableIsComplete() {
        for (LoanState from : LoanState.values()) {
            for (LoanState to : LoanState.values()) {
                assertEquals(LEGAL.get(from).contains(to), from.canBecome(to), from + " to " + to);
            }
        }
    }
}
