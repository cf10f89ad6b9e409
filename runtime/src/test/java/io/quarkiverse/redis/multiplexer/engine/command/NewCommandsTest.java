package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;

/** Commands of servers that are newer than Vert.x' table: what they do, and where their keys are. */
class NewCommandsTest {

    /** Its cursor is what the server calls its key; it stays with what is neither sent again nor sent to a replica. */
    private static final Set<String> LEFT_OUT = Set.of("clusterscan");

    private static SingleCommand command(String words) {
        return new SingleCommand(Commands.request(words), Promise.promise(), CommandReport.NONE);
    }

    @ParameterizedTest
    @CsvSource({ "HTTL k FIELDS 1 a", "HPTTL k FIELDS 1 a", "HEXPIRETIME k FIELDS 1 a", "VSIM k ELE a", "VCARD k",
            "VEMB k a", "DIGEST k" })
    void theseRead(String words) {
        assertTrue(command(words).isReadOnly());
        assertTrue(command(words).mayReadCopy());
    }

    @ParameterizedTest
    @CsvSource({ "HEXPIRE k 10 FIELDS 1 a", "HGETEX k PERSIST FIELDS 1 a", "HGETDEL k FIELDS 1 a", "HSETEX k FIELDS 1 a b",
            "VADD k VALUES 2 1 2 a", "MSETEX 1 k v", "DELEX k IFEQ v", "DELIFEQ k v", "XACKDEL k g IDS 1 1-1" })
    void theseWrite(String words) {
        assertFalse(command(words).isReadOnly());
    }

    @ParameterizedTest
    @CsvSource({ "HEXPIRE key 10 FIELDS 1 a", "HGETEX key PERSIST FIELDS 1 a", "VADD key VALUES 2 1 2 a", "VSIM key ELE a",
            "MSETEX 1 key v EX 10", "'MSETEX 2 {key}a v {key}b w'", "DELEX key IFEQ v", "DELIFEQ key v" })
    void theirKeysTellWhereTheyBelong(String words) {
        assertEquals(command("GET key").slot(ServerCommands.UNASKED), command(words).slot(ServerCommands.UNASKED));
    }

    @Test
    void keysInSeveralSlotsAreSeen() {
        assertEquals(Slot.SEVERAL, command("MSETEX 2 a 1 b 2").slot(ServerCommands.UNASKED));
    }

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void whatServersKnowAndVertxDoesNotIsClassifiedAsTheServerDoes(RedisBinary binary) {
        binary.assumeThere();
        Set<String> ofVertx = Commands.names(Commands.ofVertx().stream());
        Set<String> wrong = new TreeSet<>();
        try (RedisServer server = RedisServer.start(binary); RespClient client = server.client()) {
            for (Object entry : (List<?>) client.call("COMMAND")) {
                List<?> command = (List<?>) entry;
                String name = (String) command.get(0);
                List<?> flags = (List<?>) command.get(2);
                boolean hasKeys = (Long) command.get(3) != 0;
                if (ofVertx.contains(name) || !hasKeys || LEFT_OUT.contains(name)) {
                    continue;
                }
                boolean reads = CommandTable.of(Command.create(name)).kind() == CommandKind.READ;
                if (reads != flags.contains("readonly")) {
                    wrong.add(name + " " + flags);
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }
}
