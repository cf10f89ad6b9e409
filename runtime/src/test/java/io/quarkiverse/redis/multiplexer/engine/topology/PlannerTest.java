package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.vertx.core.Promise;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link Planner}: where requests go that have not their keys in one slot. */
class PlannerTest {

    private static Planner.Plan plan(String words) {
        SingleCommand command = new SingleCommand(Commands.request(words), Promise.promise(), CommandReport.NONE);
        return Planner.of(command, Commands.slot(command), Commands.unasked(), "Redis client 'test'");
    }

    private static String refusal(String words) {
        return assertInstanceOf(Planner.Refusal.class, plan(words), words).error().getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = { "MSETNX a 1 b 2", "SUNIONSTORE a b c", "RENAME a b", "COPY a b", "SMOVE a b m", "PFCOUNT a b",
            "ZUNIONSTORE a 2 b c", "BITOP AND a b", "LMOVE a b LEFT LEFT", "EVAL x 2 a b", "XREAD STREAMS a b 0 0",
            "JSON.MSET a $ 1 b $ 2", "SINTERCARD 2 a b", "MSETEX 2 a 1 b 2 NX", "msetex 2 a 1 b 2 EX 3 xx" })
    void keysInSeveralSlotsAreRefusedWhereTheCommandIsOne(String words) {
        String refusal = refusal(words);

        assertTrue(refusal.startsWith("CROSSSLOT Redis client 'test' sends nothing of "), refusal);
        assertTrue(refusal.contains(words.split(" ")[0] + ": ") || refusal.contains(words.split(" ")[0].toLowerCase() + ": "),
                refusal);
        assertTrue(refusal.contains("'a' (slot 15495) and 'b' (slot 3300)")
                || refusal.contains("'b' (slot 3300) and 'c' (slot 7365)"), refusal);
        assertTrue(refusal.contains("{user1}"), refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = { "MSET a 1 b", "MSET a 1 b 2 c", "MSETEX 3 a 1 b 2", "MSETEX 2 a 1 b" })
    void groupsThatAreNotWholeAreRefusedAsServersDo(String words) {
        assertEquals("ERR wrong number of arguments for '" + words.split(" ")[0].toLowerCase() + "' command", refusal(words));
    }

    @ParameterizedTest
    @CsvSource({ "MGET a b, SLOTS", "mset a 1 b 2, SLOTS", "DEL a b, SLOTS", "UNLINK a b, SLOTS", "TOUCH a b, SLOTS",
            "EXISTS a b, SLOTS", "MSETEX 2 a 1 b 2 EX 5, SLOTS", "JSON.MGET a b $, SLOTS", "TS.MADD a 1 1 b 1 1, SLOTS",
            "MGET {a}1 {a}2, a", "PUBLISH a x, a", "SPUBLISH a x, a", "EVAL x 1 a, a", "MODULES.OWN a b, a", "MODULES.OWN, ANY",
            "EVAL x 0, ANY", "FCALL f 0, ANY", "TIME, ANY", "PING, ANY", "INFO, ANY", "CONFIG GET x, ANY",
            "SCRIPT HELP, ANY", "MEMORY DOCTOR, ANY", "MEMORY USAGE a, a", "OBJECT HELP, ANY",
            "CLUSTER COUNTKEYSINSLOT 15495, a", "CLUSTER GETKEYSINSLOT 15495 5, a", "CLUSTER COUNTKEYSINSLOT 16384, ANY",
            "CLUSTER COUNTKEYSINSLOT x, ANY", "CLUSTER COUNTKEYSINSLOT, ANY", "CLUSTER NODES, ANY",
            "DBSIZE, EVERY_PRIMARY", "flushall ASYNC, EVERY_PRIMARY", "KEYS *, EVERY_PRIMARY", "SCRIPT EXISTS x, EVERY_PRIMARY",
            "script kill, EVERY_PRIMARY", "SCRIPT LOAD x, EVERY_NODE_IF_POSSIBLE", "FUNCTION LOAD x, EVERY_PRIMARY",
            "CONFIG SET a b, EVERY_NODE", "ACL SETUSER u, EVERY_NODE", "WAIT 1 0, EVERY_PRIMARY", "SCAN 0, SCAN" })
    void everyCommandGoesWhereItIsAnswered(String words, String expected) {
        Planner.Plan plan = plan(words);
        String where = plan instanceof Planner.OneSlot one && one.slot() == Slot.of(new byte[] { 'a' }, 0, 1) ? "a"
                : plan instanceof Planner.Anywhere ? "ANY"
                        : plan instanceof Planner.Slots ? "SLOTS"
                                : plan instanceof Planner.Nodes nodes ? nodes.scope().name()
                                        : plan instanceof Planner.Scan ? Scope.SCAN.name() : plan.toString();

        assertEquals(expected, where);
    }

    @Test
    void refusalsDoNotTellValues() {
        String refusal = refusal("MSETNX a secret1 b secret2");

        assertTrue(!refusal.contains("secret"), refusal);
    }

    @Test
    void partsAreWholeRequestsOfOneSlotEach() {
        Split split = assertInstanceOf(Planner.Slots.class, plan("msetex 4 a 1 b 2 {a}x 3 b 4 EX 10")).split();

        assertEquals(List.of(
                "*8\r\n$6\r\nmsetex\r\n$1\r\n2\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nb\r\n$1\r\n4\r\n$2\r\nEX\r\n$2\r\n10\r\n",
                "*8\r\n$6\r\nmsetex\r\n$1\r\n2\r\n$1\r\na\r\n$1\r\n1\r\n$4\r\n{a}x\r\n$1\r\n3\r\n$2\r\nEX\r\n$2\r\n10\r\n"),
                split.parts().stream().map(part -> new String(part.encoded())).toList());
        assertEquals(List.of(3300, 15495), split.parts().stream().map(Split.Part::slot).toList());
    }

    @Test
    void theErrorIsOneOfAServerSoThatNothingWasExecuted() {
        assertInstanceOf(ErrorType.class, ((Planner.Refusal) plan("RENAME a b")).error());
    }
}
