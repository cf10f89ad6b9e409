package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;

/** {@link CrossSlot}: the error names two keys in different slots, wherever in a command they are. */
class CrossSlotTest {

    private static String error(PendingCommand command) {
        return CrossSlot.error("Redis client 'x'", command, ServerCommands.UNASKED, "").getMessage();
    }

    private static SingleCommand single(String words) {
        return new SingleCommand(Commands.request(words), Promise.promise(), CommandReport.NONE);
    }

    @Test
    void itNamesTheFirstKeyAndTheFirstOneInAnotherSlot() {
        assertEquals("CROSSSLOT Redis client 'x' sends nothing of sunionstore: its keys '{a}x' (slot 15495) and 'b' (slot 3300)"
                + " are in different slots of the cluster. Keys are in one slot if they have the same part in braces:"
                + " {user1}:name and {user1}:age", error(single("SUNIONSTORE {a}x a {a}y b c")));
    }

    @Test
    void itFindsThemInBatches() {
        String error = error(new BatchCommand(Commands.requests("MULTI", "SET a 1", "INCR {a}x", "ZUNION 2 {a}y c", "EXEC"),
                Promise.promise(), CommandReport.NONE));

        assertTrue(error.contains("a batch of 5 commands: its keys 'a' (slot 15495) and 'c' (slot 7365)"), error);
    }

    @Test
    void keysAreShownPrintablyAndShortened() {
        String error = error(single("RENAME a\n" + "x".repeat(200) + " b"));

        assertTrue(error.contains("'a\\nxxx") && error.contains("... (202 bytes)") && error.length() < 400, error);
    }
}
