package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;

/**
 * Writes replies as redis-cli does for people: {@code (integer) 1}, {@code "text"}, {@code (nil)}, numbered lists. Only sets
 * look like arrays: Vert.x does not tell them apart.
 */
final class ReplyText {

    /** What answers with text that is meant to be read as it is, by command; with subcommands, or for all of them. */
    private static final Map<String, Set<String>> PLAIN = Map.of(
            "INFO", Set.of(),
            "LOLWUT", Set.of(),
            "CLIENT", Set.of("LIST", "INFO"),
            "CLUSTER", Set.of("NODES", "INFO"),
            "MEMORY", Set.of("DOCTOR", "MALLOC-STATS"),
            "LATENCY", Set.of("DOCTOR", "GRAPH"));

    private ReplyText() {
    }

    /** The reply to a command, without passwords. */
    static String of(CommandLine line, Response reply) {
        Set<String> plain = PLAIN.get(line.keyword(0));
        if (plain != null && (plain.isEmpty() || plain.contains(line.keyword(1))) && isBulk(reply)) {
            return reply.toString().stripTrailing();
        }
        return of(Secrets.masked(line, reply), "");
    }

    static String error(String message) {
        return "(error) " + message;
    }

    private static boolean isBulk(Response reply) {
        return reply != null && reply.type() == ResponseType.BULK;
    }

    private static String of(Response reply, String indent) {
        if (reply == null) {
            return "(nil)";
        }
        return switch (reply.type()) {
            case SIMPLE -> reply.toString();
            case ERROR -> error(reply.toString());
            case BOOLEAN -> reply.toBoolean() ? "(true)" : "(false)";
            case NUMBER -> number(reply);
            case BULK -> ByteText.quoted(reply.toBytes());
            case MULTI, PUSH, ATTRIBUTE -> reply.isMap() ? map(reply, indent) : array(reply, indent);
        };
    }

    private static String number(Response reply) {
        Number number = reply.toNumber();
        if (number instanceof Double || number instanceof Float) {
            return "(double) " + shortest(number.doubleValue());
        }
        return "(integer) " + number;
    }

    private static String shortest(double number) {
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
        return whole ? String.valueOf((long) number) : String.valueOf(number);
    }

    private static String array(Response reply, String indent) {
        if (reply.size() == 0) {
            return "(empty array)";
        }
        List<String> lines = new ArrayList<>();
        int width = String.valueOf(reply.size()).length();
        for (int i = 0; i < reply.size(); i++) {
            String label = String.format(Locale.ROOT, "%" + width + "d) ", i + 1);
            lines.add(label + of(reply.get(i), indent + " ".repeat(label.length())));
        }
        return String.join("\n" + indent, lines);
    }

    /** In the order of the keys: Vert.x does not keep that of the server. */
    private static String map(Response reply, String indent) {
        if (reply.size() == 0) {
            return "(empty hash)";
        }
        List<String> lines = new ArrayList<>();
        int width = String.valueOf(reply.getKeys().size()).length();
        for (String key : new TreeSet<>(reply.getKeys())) {
            String label = String.format(Locale.ROOT, "%" + width + "d# ", lines.size() + 1)
                    + ByteText.quoted(key.getBytes(StandardCharsets.UTF_8)) + " => ";
            Response value = reply.get(key);
            boolean nested = value != null && value.type() == ResponseType.MULTI && value.size() > 0;
            String inner = indent + " ".repeat(width + 2);
            lines.add(label + (nested ? "\n" + inner : "") + of(value, inner));
        }
        return String.join("\n" + indent, lines);
    }
}
