package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** Which lines of the console hold passwords, and which replies. */
final class Secrets {

    static final String MASK = "(hidden)";

    private static final Set<String> SETTINGS = Set.of("REQUIREPASS", "MASTERAUTH", "PRIMARYAUTH", "TLS-KEY-FILE-PASS",
            "TLS-CLIENT-KEY-FILE-PASS");
    private static final Set<String> SENTINEL_SETTINGS = Set.of("SET", "CONFIG");

    private Secrets() {
    }

    /** Whether the command may have a password among its arguments. When in doubt, it has. */
    static boolean isSecret(CommandLine line) {
        return switch (line.keyword(0)) {
            case "AUTH" -> true;
            case "HELLO", "MIGRATE" -> IntStream.range(1, line.words().size()).mapToObj(line::keyword)
                    .anyMatch(word -> word.equals("AUTH") || word.equals("AUTH2"));
            case "ACL" -> line.keyword(1).equals("SETUSER");
            case "CONFIG" -> line.keyword(1).equals("SET")
                    && IntStream.range(2, line.words().size()).mapToObj(line::keyword).anyMatch(Secrets::isPassword);
            case "SENTINEL" -> SENTINEL_SETTINGS.contains(line.keyword(1));
            default -> false;
        };
    }

    /** The line as it may be shown. */
    static String shown(CommandLine line, String text) {
        return isSecret(line) ? line.keyword(0) + ' ' + MASK : text;
    }

    /** Of a line that nobody can make sense of: it may be anything. */
    static String shownOfInvalid(String text) {
        String[] words = text.strip().split("\\s+", 2);
        return words.length == 1 ? words[0] : words[0] + " ...";
    }

    /** The reply as it may be shown: CONFIG GET knows passwords, and in a transaction it is EXEC that tells them. */
    static Response masked(CommandLine line, Response reply) {
        if (line.keyword(0).equals("CONFIG") && line.keyword(1).equals("GET")) {
            return masked(reply);
        }
        if (!line.keyword(0).equals("EXEC") || reply == null || reply.type() != ResponseType.MULTI) {
            return reply;
        }
        MultiType masked = MultiType.create(reply.size(), false);
        reply.forEach(each -> masked.add(masked(each)));
        return masked;
    }

    private static Response masked(Response reply) {
        Set<String> names = reply == null || reply.type() != ResponseType.MULTI ? Set.of() : settings(reply);
        if (names.stream().noneMatch(Secrets::isPassword)) {
            return reply;
        }
        MultiType masked = MultiType.create(names.size(), true);
        for (String name : names) {
            Response value = reply.get(name);
            boolean secret = isPassword(name) && !value.toString().isEmpty();
            masked.add(SimpleStringType.create(name));
            masked.add(secret ? SimpleStringType.create(MASK) : value);
        }
        return masked;
    }

    /** With RESP2, settings are an array of names and values. */
    private static Set<String> settings(Response reply) {
        boolean pairs = reply.isMap() || reply.size() % 2 == 0
                && reply.stream().allMatch(each -> each != null && each.type() == ResponseType.BULK);
        return pairs ? reply.getKeys() : Set.of();
    }

    private static boolean isPassword(String setting) {
        return SETTINGS.contains(setting.toUpperCase(Locale.ROOT));
    }
}
