package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@link CommandTraits} of requests. */
class CommandTraitsTest {

    @Test
    void theEffectsAreInOrder() {
        assertEquals(List.of(StateEffect.WATCH, StateEffect.MULTI, StateEffect.CHANGE, StateEffect.EXEC),
                traits("WATCH a;MULTI;SET a b;SELECT 1;EXEC;GET a").effects());
        assertEquals(List.of(), traits("GET a;CLIENT INFO;BLPOP a 1;client getname").effects());
    }

    @ParameterizedTest
    @ValueSource(strings = { "WAIT 1 0", "waitaof 1 0 10", "GET a;WAIT 1 0", "MULTI;INCR a;EXEC;WAIT 1 0" })
    void aWaitIsFound(String requests) {
        assertTrue(traits(requests).waitsForReplicas());
    }

    /** It is executed with the transaction, and does not wait there. */
    @ParameterizedTest
    @ValueSource(strings = { "MULTI;WAIT 1 0;EXEC", "SET a b;MULTI;WAIT 1 0", "GET wait" })
    void aWaitInATransactionIsNone(String requests) {
        assertFalse(traits(requests).waitsForReplicas());
    }

    @Test
    void aWriteBeforeTheWaitIsWhatIsWaitedFor() {
        assertTrue(traits("SET a b;WAIT 1 0").writesBeforeWaiting());
        assertTrue(traits("MULTI;INCR a;EXEC;WAIT 1 0").writesBeforeWaiting());
        assertFalse(traits("GET a;WAIT 1 0;SET a b").writesBeforeWaiting());
        assertFalse(traits("SET a b").writesBeforeWaiting());
    }

    @Test
    void whatAWaitIsAboutWithoutAWriteOfItsOwnHasBeenWrittenBefore() {
        for (String requests : List.of("WAIT 1 0", "WAITAOF 0 1 0", "GET a;WAIT 1 0;SET a b")) {
            assertTrue(traits(requests).asksAboutEarlierWrites(), requests);
        }
        for (String requests : List.of("SET a b;WAIT 1 0", "MULTI;WAIT 1 0;EXEC", "BLPOP a 0")) {
            assertFalse(traits(requests).asksAboutEarlierWrites(), requests);
        }
    }

    @Test
    void onlyExecExecutes() {
        assertTrue(traits("SET a b;EXEC").executes());
        assertFalse(traits("DISCARD").executes());
    }

    @Test
    void aTransactionHasABeginningAndAnEnd() {
        assertTrue(traits("EXEC").endsTransaction() && traits("DISCARD").endsTransaction());
        assertFalse(traits("MULTI").endsTransaction());
        assertTrue(traits("MULTI").beginsTransaction() && traits("MULTI;SET a b").beginsTransaction());
        assertFalse(traits("WATCH a;MULTI").beginsTransaction() || traits("GET a").beginsTransaction());
    }

    private static CommandTraits traits(String requests) {
        return CommandTraits.of(Commands.requests(requests.split(";")));
    }
}
