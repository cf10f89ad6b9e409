package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.redis.client.Command;

/** {@link CommandTable} and what real servers say about their commands. */
class CommandTableServerTest {

    private static final Set<CommandKind> MAY_BLOCK = Set.of(CommandKind.BLOCKING, CommandKind.WAIT, CommandKind.STREAM_READ,
            CommandKind.STREAM_READ_GROUP);

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void noReadWritesAndEveryCommandThatBlocksIsKnownTo(RedisBinary binary) {
        binary.assumeThere();
        Set<String> writingReads = new TreeSet<>();
        Set<String> unknownBlockers = new TreeSet<>();
        int reads = 0;
        int blockers = 0;

        for (Map.Entry<String, Set<String>> entry : flagsByCommand(binary).entrySet()) {
            CommandKind kind = CommandTable.of(Command.create(entry.getKey())).kind();
            Set<String> flags = entry.getValue();
            if (kind == CommandKind.READ || kind == CommandKind.STREAM_READ) {
                reads++;
                if (flags.contains("write")) {
                    writingReads.add(entry.getKey());
                }
            }
            if (flags.contains("blocking")) {
                blockers++;
                if (!MAY_BLOCK.contains(kind)) {
                    unknownBlockers.add(entry.getKey());
                }
            }
        }

        assertEquals(Set.of(), writingReads);
        assertEquals(Set.of(), unknownBlockers);
        assertTrue(reads > 70, "The server knows most reads: " + reads);
        // Redis 6 has no flag for that.
        assertTrue(blockers >= 10 || binary == RedisBinary.REDIS_6_2, "The server flags what blocks: " + blockers);
    }

    /** With the flags of its subcommands, for a command that has any. */
    private static Map<String, Set<String>> flagsByCommand(RedisBinary binary) {
        try (RedisServer server = RedisServer.start(binary); RespClient client = server.client()) {
            Map<String, Set<String>> flagsByCommand = new TreeMap<>();
            for (Object command : (List<?>) client.call("COMMAND")) {
                collect((List<?>) command, flagsByCommand);
            }
            return flagsByCommand;
        }
    }

    private static void collect(List<?> command, Map<String, Set<String>> flagsByCommand) {
        String name = ((String) command.get(0)).split("\\|")[0];
        Set<String> flags = flagsByCommand.computeIfAbsent(name, absent -> new HashSet<>());
        ((List<?>) command.get(2)).forEach(flag -> flags.add((String) flag));
        if (command.size() > 9) {
            ((List<?>) command.get(9)).forEach(subcommand -> collect((List<?>) subcommand, flagsByCommand));
        }
    }
}
