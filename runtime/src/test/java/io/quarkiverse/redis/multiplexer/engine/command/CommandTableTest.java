package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.impl.CommandImpl;

/** {@link CommandTable} and the commands that Vert.x knows. */
class CommandTableTest {

    /** Of later servers than the one that Vert.x' table was made from, or of the server's own protocol. */
    private static final Stream<Command> BEYOND_VERTX = Stream
            .of("waitaof", "replconf", "restore-asking", "pfselftest", "sunsubscribe", "ssubscribe").map(Command::create);

    private static final List<Command> ALL = Stream.concat(Commands.ofVertx().stream(), BEYOND_VERTX).distinct().toList();

    /** What is new in an upgrade of Vert.x is to be looked at: does it write, block, or change its connection? */
    @Test
    void everyCommandOfVertxIsInTheTable() {
        assertTrue(Commands.ofVertx().size() > 380);
        assertEquals(Set.of(), Commands.names(Commands.ofVertx().stream().filter(command -> !CommandTable.knows(command))));
    }

    @Test
    void theseCommandsBlock() {
        assertKind("blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin", CommandKind.BLOCKING);
        assertKind("wait waitaof", CommandKind.WAIT);
        assertKind("xread", CommandKind.STREAM_READ);
        assertKind("xreadgroup", CommandKind.STREAM_READ_GROUP);
    }

    @Test
    void theseCommandsChangeTheirConnection() {
        assertKind("asking auth debug hello monitor psync quit readonly readwrite replconf reset select shutdown sync",
                CommandKind.CONNECTION_STATE);
        assertKind("client", CommandKind.CLIENT);
        assertKind("script", CommandKind.SCRIPT);
    }

    @Test
    void theseCommandsAreOfTransactions() {
        assertKind("discard exec multi unwatch watch", CommandKind.TRANSACTION);
        assertEquals(of(CommandKind.TRANSACTION), ofVertx(CommandImpl::isTransactional));
    }

    @Test
    void theseCommandsAreOfSubscriptions() {
        assertKind("psubscribe punsubscribe ssubscribe subscribe sunsubscribe unsubscribe", CommandKind.SUBSCRIPTION);
        assertTrue(of(CommandKind.SUBSCRIPTION).containsAll(ofVertx(command -> command.isPubSub()
                && !List.of("publish", "pubsub", "spublish").contains(command.toString()))));
    }

    /** Repeating these after a lost connection would be a disaster. */
    @Test
    void noCommandThatCountsOrTakesAwayIsARead() {
        for (String name : Commands.names("""
                incr decr incrby hincrby append lpush rpush lpop rpop spop getdel getset getex set del eval evalsha fcall
                xadd xack xclaim xautoclaim publish sort georadius bitfield rename move copy ts.add json.arrappend
                config flushall function memory cluster latency slowlog acl
                """)) {
            assertEquals(CommandKind.WRITE, CommandTable.of(Command.create(name)).kind(), name);
        }
    }

    @Test
    void aCommandThatNobodyKnowsMayWrite() {
        Command unknown = Command.create("x.frobnicate");
        assertFalse(CommandTable.knows(unknown));
        assertEquals(CommandKind.WRITE, CommandTable.of(unknown).kind());
    }

    @Test
    void namesMayBeWrittenInAnyCase() {
        for (Command command : ALL) {
            String name = command.toString().toUpperCase(Locale.ROOT);
            assertEquals(CommandTable.of(command).kind(), CommandTable.of(Command.create(name)).kind(), name);
            // Not Vert.x' own object, but one that somebody made.
            assertEquals(CommandTable.of(command).kind(), CommandTable.of(new CommandImpl(name, -1, null, false, false)).kind(),
                    name);
        }
    }

    private static void assertKind(String names, CommandKind kind) {
        assertEquals(Commands.names(names), of(kind));
    }

    private static Set<String> of(CommandKind kind) {
        return Commands.names(ALL.stream().filter(command -> CommandTable.of(command).kind() == kind));
    }

    private static Set<String> ofVertx(Predicate<CommandImpl> predicate) {
        return Commands.names(ALL.stream().filter(command -> predicate.test((CommandImpl) command)));
    }
}
