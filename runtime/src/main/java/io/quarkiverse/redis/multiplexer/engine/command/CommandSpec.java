package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * A command as far as its name tells what it is. Looked up in the {@link CommandTable} once for each command that is made.
 *
 * @param command as its caller has named it
 * @param touched the keys that it reads or writes; {@link KeyPositions#UNTOLD} if that may be any
 * @param placing the keys that its place in a cluster depends on; {@link KeyPositions#UNTOLD} if only the server knows
 */
public record CommandSpec(Command command, CommandKind kind, SpecialCommand special, KeyPositions touched,
        KeyPositions placing) {

    /** The entry of a request's command in the {@link CommandTable}. */
    public static CommandSpec of(Request request) {
        return CommandTable.of(request.command());
    }

    String name() {
        return command.toString();
    }

    /** Whether running the command twice leaves the server as running it once, or never. */
    boolean isReadOnly() {
        return kind == CommandKind.READ || kind == CommandKind.STREAM_READ;
    }

    /**
     * Whether all that it does is to read the values of its keys, so that any server that has a copy of them can answer it.
     * What a server has of its own is not copied: when a key was used last (OBJECT, TOUCH), when a consumer of a group was
     * there last (XINFO), and the order of a hash table, which the cursor of a scan is a place in.
     */
    boolean readsCopies() {
        return switch (special) {
            case HSCAN, OBJECT, SSCAN, TOUCH, XINFO, ZSCAN -> false;
            default -> isReadOnly() && placing.areTold() && placing != KeyPositions.NONE;
        };
    }

    /** Whether it waits for what was written before it to reach replicas or the disk. */
    boolean waits() {
        return kind == CommandKind.WAIT;
    }

    /** Whether a script decides what it answers. */
    boolean runsScript() {
        return switch (special) {
            case EVAL, EVALSHA, EVALSHA_RO, EVAL_RO, FCALL, FCALL_RO -> true;
            default -> false;
        };
    }

    /** Whether it may end a script that runs for too long, or change its connection, as its arguments say. */
    boolean hasSubcommand() {
        return switch (special) {
            case CLIENT, FUNCTION, SCRIPT -> true;
            default -> false;
        };
    }

    /** Whether the command is what ends a script that runs for too long: the server executes it in spite of that. */
    boolean endsScript(List<byte[]> arguments) {
        return switch (special) {
            case FUNCTION, SCRIPT -> Words.is("kill", arguments, 0);
            default -> false;
        };
    }
}
