package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;

/**
 * The keys of commands as a server has told them (<a href="https://redis.io/docs/latest/commands/command/">COMMAND</a>):
 * for those that {@link CommandTable} does not know, as the ones of modules. Immutable.
 */
public final class ServerCommands {

    /** For servers that have not been asked. */
    public static final ServerCommands UNASKED = new ServerCommands(Map.of(), KeyPositions.UNTOLD);

    /** Its name, arity, flags, first key, last key and step come first. */
    private static final int LENGTH = 6;
    private static final int KEY_SPECS = 8;
    private static final int SUBCOMMANDS = 9;

    private final Map<String, KeyPositions> byName;
    /** Of what the server has not told. */
    private final KeyPositions others;

    private ServerCommands(Map<String, KeyPositions> byName, KeyPositions others) {
        this.byName = byName;
        this.others = others;
    }

    /** @param reply to COMMAND; what in it is not understood is left out */
    public static ServerCommands of(Response reply) {
        Map<String, KeyPositions> byName = new HashMap<>();
        if (reply != null && reply.type() == ResponseType.MULTI) {
            for (Response command : reply) {
                try {
                    if (command.size() >= LENGTH) {
                        byName.put(command.get(0).toString().toLowerCase(Locale.ROOT), positions(command));
                    }
                } catch (RuntimeException e) {
                    // It is of another type than it should be: nothing is known of that command.
                    continue;
                }
            }
        }
        return new ServerCommands(Map.copyOf(byName), KeyPositions.UNTOLD);
    }

    /** The same, and where the server has not told the keys, the first argument is taken for one: most have it there. */
    public ServerCommands guessed() {
        return new ServerCommands(byName, KeyPositions.FIRST);
    }

    /** The server counts the name of the command, and 0 is no key. */
    private static KeyPositions positions(Response command) {
        int first = command.get(3).toInteger();
        int last = command.get(4).toInteger();
        int step = command.get(5).toInteger();
        for (Response flag : command.get(2)) {
            if (flag.toString().equals("movablekeys")) {
                return command.size() > KEY_SPECS ? KeySpecs.read(command.get(KEY_SPECS)) : KeyPositions.UNTOLD;
            }
        }
        if (command.size() > SUBCOMMANDS && haveKeys(command.get(SUBCOMMANDS))) {
            return KeyPositions.UNTOLD;
        }
        if (first <= 0 || step <= 0) {
            return KeyPositions.NONE;
        }
        return KeyPositions.fixed(first - 1, last < 0 ? last : last - 1, step);
    }

    private static boolean haveKeys(Response subcommands) {
        for (Response subcommand : subcommands) {
            if (subcommand.get(3).toInteger() != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * The keys that a command's place in a cluster depends on; {@link KeyPositions#UNTOLD} if that is not known here, either.
     */
    KeyPositions placing(CommandSpec spec) {
        return spec.placing().areTold() ? spec.placing() : told(spec.name());
    }

    /** The keys of a command as the server has told them. @param name in whatever case */
    KeyPositions told(String name) {
        KeyPositions told = byName.getOrDefault(name.toLowerCase(Locale.ROOT), KeyPositions.UNTOLD);
        return told.areTold() ? told : others;
    }
}
