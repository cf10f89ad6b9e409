package io.quarkiverse.redis.multiplexer.engine.command;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** Requests as one would type them, and all commands that Vert.x has a constant for. */
public final class Commands {

    private Commands() {
    }

    /** Keys as one that has not asked any server places them. */
    public static ServerCommands unasked() {
        return ServerCommands.UNASKED;
    }

    public static int slot(PendingCommand command) {
        return command.slot(ServerCommands.UNASKED);
    }

    /** What it is {@linkplain PendingCommand#divide divided} into. */
    public static List<PendingCommand> divided(PendingCommand command) {
        command.divide();
        return command.units();
    }

    /** @param words the command and its arguments, separated by spaces */
    public static Request request(String words) {
        String[] split = words.split(" ");
        Request request = Request.cmd(Command.create(split[0]));
        Stream.of(split).skip(1).forEach(request::arg);
        return request;
    }

    public static List<Request> requests(String... requests) {
        return Stream.of(requests).map(Commands::request).toList();
    }

    public static List<Command> ofVertx() {
        return Arrays.stream(Command.class.getFields()).filter(field -> field.getType() == Command.class)
                .map(Commands::constant).toList();
    }

    public static Set<String> names(String words) {
        return new TreeSet<>(Set.of(words.strip().split("\\s+")));
    }

    public static Set<String> names(Stream<Command> commands) {
        return commands.map(Command::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Command constant(Field field) {
        try {
            return (Command) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
