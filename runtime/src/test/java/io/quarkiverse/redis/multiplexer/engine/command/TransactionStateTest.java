package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link TransactionState}: every transition. */
class TransactionStateTest {

    @ParameterizedTest
    @CsvSource({
            "NONE, MULTI, OPEN", "NONE, EXEC, NONE", "NONE, DISCARD, NONE", "NONE, RESET, NONE", "NONE, WATCH, NONE",
            "NONE, UNWATCH, NONE", "NONE, CHANGE, NONE", "NONE, NONE, NONE",
            "OPEN, MULTI, OPEN", "OPEN, EXEC, NONE", "OPEN, DISCARD, NONE", "OPEN, RESET, NONE", "OPEN, WATCH, OPEN",
            "OPEN, UNWATCH, OPEN", "OPEN, CHANGE, OPEN", "OPEN, NONE, OPEN",
            "BROKEN, MULTI, BROKEN", "BROKEN, EXEC, NONE", "BROKEN, DISCARD, NONE", "BROKEN, RESET, NONE",
            "BROKEN, WATCH, BROKEN", "BROKEN, UNWATCH, BROKEN", "BROKEN, CHANGE, BROKEN", "BROKEN, NONE, BROKEN" })
    void aRequestLeadsFromOneToAnother(TransactionState from, StateEffect effect, TransactionState to) {
        assertEquals(to, from.after(effect));
    }

    @Test
    void onlyWhatIsOpenBreaks() {
        assertEquals(TransactionState.NONE, TransactionState.NONE.afterLoss());
        assertEquals(TransactionState.BROKEN, TransactionState.OPEN.afterLoss());
        assertEquals(TransactionState.BROKEN, TransactionState.BROKEN.afterLoss());
    }
}
