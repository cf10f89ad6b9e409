package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.engine.command.CrossSlot;
import io.quarkiverse.redis.multiplexer.engine.command.ServerCommands;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.topology.Policies.Policy;
import io.vertx.redis.client.impl.types.ErrorType;

/** Finds out what is asked of which nodes of a cluster for one request that has not its keys in one slot. */
final class Planner {

    /** What is asked of which nodes. {@link PlanRun} carries it out. */
    sealed interface Plan {
    }

    /** Nothing is sent. */
    record Refusal(ErrorType error) implements Plan {
    }

    /** The command goes to the owner of a slot, as it is. */
    record OneSlot(int slot) implements Plan {
    }

    /** The command goes to any primary, as it is. */
    record Anywhere() implements Plan {
    }

    /** Each part goes to the owner of its slot. */
    record Slots(Split split) implements Plan {
    }

    /** The command goes to several nodes. */
    record Nodes(Scope scope, Merge merge) implements Plan {
    }

    /** A step on the way through all shards. */
    record Scan(List<byte[]> arguments) implements Plan {
    }

    /** With these, MSETEX writes all of its keys or none. */
    private static final List<String> CONDITIONS = List.of("nx", "xx");

    private Planner() {
    }

    /**
     * @param slot of the command: {@link Slot#NONE}, {@link Slot#SEVERAL} or {@link Slot#UNKNOWN}
     * @param subject the client, as messages name it
     */
    static Plan of(SingleCommand command, int slot, ServerCommands commands, String subject) {
        return switch (slot) {
            case Slot.SEVERAL -> ofSeveralSlots(command, commands, subject);
            case Slot.NONE, Slot.OF_NODE -> ofNoSlot(command);
            // Most commands have their first key there. If not, the server sends it on.
            case Slot.UNKNOWN -> ofFirstArgument(command);
            default -> new OneSlot(slot);
        };
    }

    private static Plan ofSeveralSlots(SingleCommand command, ServerCommands commands, String subject) {
        Optional<KeyGroups> groups = KeyGroups.of(lowerCase(command.name()));
        if (groups.isEmpty()) {
            return new Refusal(CrossSlot.error(subject, command, commands, ""));
        }
        Split split = Split.of(command.part(0), groups.get());
        if (split.parts().isEmpty()) {
            return new Refusal(ErrorType
                    .create("ERR wrong number of arguments for '" + lowerCase(command.name()) + "' command"));
        }
        if (groups.get().counted() && split.hasOption(CONDITIONS)) {
            return new Refusal(CrossSlot.error(subject, command, commands,
                    ", and no server can tell for others whether all of them (NX, XX) are to be written"));
        }
        return new Slots(split);
    }

    private static Plan ofNoSlot(SingleCommand command) {
        List<byte[]> arguments = command.arguments();
        String subcommand = arguments.isEmpty() ? "" : lowerCase(Split.text(arguments.get(0)));
        Policy policy = Policies.of(lowerCase(command.name()), subcommand);
        return switch (policy.scope()) {
            case ANYWHERE -> new Anywhere();
            case AS_BY_KEY -> ofFirstArgument(command);
            case NAMED_SLOT -> ofNamedSlot(arguments);
            case EVERY_PRIMARY, EVERY_NODE, EVERY_NODE_IF_POSSIBLE -> new Nodes(policy.scope(), policy.merge());
            case SCAN -> new Scan(arguments);
        };
    }

    private static Plan ofFirstArgument(SingleCommand command) {
        List<byte[]> arguments = command.arguments();
        return arguments.isEmpty() ? new Anywhere()
                : new OneSlot(Slot.of(arguments.get(0), 0, arguments.get(0).length));
    }

    /** What is no slot is left to a server to refuse. */
    private static Plan ofNamedSlot(List<byte[]> arguments) {
        String number = arguments.size() < 2 ? "" : Split.text(arguments.get(1));
        boolean digits = !number.isEmpty() && number.length() <= 5 && number.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && Integer.parseInt(number) < SlotMap.SLOTS ? new OneSlot(Integer.parseInt(number)) : new Anywhere();
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
