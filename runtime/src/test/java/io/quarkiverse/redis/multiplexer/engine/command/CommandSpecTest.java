package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.impl.CommandImpl;

/** {@link CommandSpec}: what commands are, beyond their kinds. */
class CommandSpecTest {

    @Test
    void onlyWhatReadsMayBeRepeated() {
        assertTrue(isReadOnly("GET key"));
        assertTrue(isReadOnly("XREAD BLOCK 0 STREAMS key $"));
        for (String request : new String[] { "INCR key", "XREADGROUP GROUP g c STREAMS key >", "BLPOP key 0", "EVAL x 0",
                "X.UNKNOWN", "SELECT 1", "MULTI", "EXEC", "SUBSCRIBE c", "CLIENT LIST", "SCRIPT LOAD x", "WAIT 1 0" }) {
            assertFalse(isReadOnly(request), request);
        }
    }

    @Test
    void whatEndsAScriptIsKnown() {
        for (String request : new String[] { "SCRIPT KILL", "script kill", "FUNCTION KILL" }) {
            assertTrue(new SingleCommand(Commands.request(request), Promise.promise(), CommandReport.NONE).endsScript(),
                    request);
        }
        for (String request : new String[] { "SCRIPT EXISTS kill", "FUNCTION LIST", "SET script kill", "CLIENT KILL ID 1",
                "SHUTDOWN NOSAVE" }) {
            assertFalse(new SingleCommand(Commands.request(request), Promise.promise(), CommandReport.NONE).endsScript(),
                    request);
        }
    }

    @Test
    void whatRunsAScriptIsKnown() {
        for (String name : new String[] { "EVAL", "evalsha", "EVAL_RO", "EVALSHA_RO", "FCALL", "fcall_ro" }) {
            assertTrue(CommandTable.of(Command.create(name)).runsScript(), name);
        }
        for (String name : new String[] { "SCRIPT", "FUNCTION", "GET", "EXEC", "UNHEARDOF" }) {
            assertFalse(CommandTable.of(Command.create(name)).runsScript(), name);
        }
    }

    /** Those that we know. Of the commands of Vert.x 4, that is all. */
    @Test
    void itIsLookedUpOnceForEachCommandOfVertx() {
        for (Command command : Commands.ofVertx().stream().filter(CommandTable::knows).toList()) {
            CommandSpec spec = CommandTable.of(command);
            assertSame(spec, CommandTable.of(command));
            assertEquals(command, spec.command());
            assertEquals(command.toString(), spec.name());
        }
    }

    @Test
    void aCommandKeepsTheNameThatItsCallerHasGivenIt() {
        CommandSpec spec = CommandTable.of(new CommandImpl("GeT", -1, null, false, false));
        assertEquals("GeT", spec.name());
        assertTrue(spec.isReadOnly());
        assertEquals(KeyPositions.FIRST, spec.touched());
    }

    @Test
    void onlyWaitsWait() {
        for (Command command : Commands.ofVertx()) {
            String name = command.toString();
            assertEquals(name.equals("wait") || name.equals("waitaof"), CommandTable.of(command).waits(), name);
        }
    }

    private static boolean isReadOnly(String request) {
        return CommandTable.of(Commands.request(request).command()).isReadOnly();
    }
}
