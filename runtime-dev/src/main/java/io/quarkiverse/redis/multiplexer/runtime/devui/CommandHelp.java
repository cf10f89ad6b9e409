package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;

/**
 * What the console tells of a command while it is typed.
 *
 * @param name in upper case, with that of the subcommand
 * @param syntax of the arguments; empty if it is not known
 * @param summary what the command does; empty if it is not known
 */
public record CommandHelp(String name, String syntax, String summary) {

    /** The commands that the server documents, by name. Fails if it does not, which Redis does since 7.0. */
    static Future<List<CommandHelp>> ofServer(Redis client) {
        return client.send(Request.cmd(Command.COMMAND).arg("DOCS")).map(docs -> {
            List<CommandHelp> all = new ArrayList<>();
            docs.getKeys().forEach(name -> add(name, docs.get(name), all));
            return sorted(all);
        });
    }

    /** The commands that Vert.x has constants for. */
    static List<CommandHelp> known() {
        return sorted(Arrays.stream(Command.class.getFields()).filter(field -> field.getType() == Command.class)
                .map(CommandHelp::name).map(name -> new CommandHelp(name, "", "")).toList());
    }

    private static String name(Field constant) {
        try {
            return upperCase(constant.get(null).toString());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(String name, Response docs, List<CommandHelp> all) {
        Response subcommands = find(docs, "subcommands");
        if (subcommands == null) {
            all.add(new CommandHelp(upperCase(name), arguments(find(docs, "arguments"), " "), text(docs, "summary")));
        } else {
            subcommands.getKeys().forEach(subcommand -> add(subcommand, subcommands.get(subcommand), all));
        }
    }

    private static String arguments(Response arguments, String separator) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; arguments != null && i < arguments.size(); i++) {
            texts.add(argument(arguments.get(i)));
        }
        return String.join(separator, texts);
    }

    private static String argument(Response argument) {
        Response parts = find(argument, "arguments");
        String text = switch (text(argument, "type")) {
            case "oneof" -> '<' + arguments(parts, " | ") + '>';
            case "block" -> arguments(parts, " ");
            case "pure-token" -> "";
            default -> text(argument, "display_text").isEmpty() ? text(argument, "name") : text(argument, "display_text");
        };
        String token = text(argument, "token");
        if (hasFlag(argument, "multiple")) {
            boolean repeatsToken = hasFlag(argument, "multiple_token");
            text += " [" + (repeatsToken ? token + ' ' : "") + text + " ...]";
        }
        if (!token.isEmpty()) {
            text = text.isEmpty() ? token : token + ' ' + text;
        }
        return hasFlag(argument, "optional") ? '[' + text + ']' : text;
    }

    private static boolean hasFlag(Response argument, String flag) {
        Response flags = find(argument, "flags");
        return flags != null && flags.stream().anyMatch(each -> each.toString().equals(flag));
    }

    private static String text(Response map, String key) {
        Response value = find(map, key);
        return value == null || value.type() == ResponseType.MULTI ? "" : value.toString();
    }

    private static Response find(Response map, String key) {
        return map.containsKey(key) ? map.get(key) : null;
    }

    private static String upperCase(String name) {
        return name.replace('|', ' ').toUpperCase(Locale.ROOT);
    }

    private static List<CommandHelp> sorted(List<CommandHelp> commands) {
        return commands.stream().sorted(Comparator.comparing(CommandHelp::name)).toList();
    }
}
