package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.HashMap;
import java.util.Map;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The answer of a server that was asked about one of its connections: a line of
 * <a href="https://redis.io/docs/latest/commands/client-list/">CLIENT LIST</a>, or nothing if it does not know the connection.
 *
 * @param fields of the line; empty if there is none
 */
record ClientInfo(Presence presence, Map<String, String> fields) {

    enum Presence {
        KNOWN,
        UNKNOWN,
        /** The reply is no answer to the question, so the server may know the connection or not. */
        UNTOLD
    }

    /** Asks for one connection, which Redis answers since 6.2. */
    static Request request(String serverSideId) {
        return Request.cmd(Command.CLIENT).arg("LIST").arg("ID").arg(serverSideId);
    }

    /** @param serverSideId of the connection that was asked for */
    static ClientInfo of(Response reply, String serverSideId) {
        String text = reply == null ? null : reply.toString();
        if (text == null) {
            return new ClientInfo(Presence.UNTOLD, Map.of());
        }
        if (text.isBlank()) {
            return new ClientInfo(Presence.UNKNOWN, Map.of());
        }
        return text.lines().map(ClientInfo::fields).filter(fields -> serverSideId.equals(fields.get("id"))).findFirst()
                .map(fields -> new ClientInfo(Presence.KNOWN, fields))
                .orElse(new ClientInfo(Presence.UNTOLD, Map.of()));
    }

    boolean isKnown() {
        return presence == Presence.KNOWN;
    }

    /** Whether the server waits for something before it answers the connection. */
    boolean isBlocked() {
        return text("flags").indexOf('b') >= 0;
    }

    /** @return the name of the command that was executed last, in lower case; empty if there was none */
    String command() {
        String command = text("cmd");
        int subcommand = command.indexOf('|');
        return subcommand < 0 ? command : command.substring(0, subcommand);
    }

    /** @return empty if the line does not have the field */
    String text(String field) {
        return fields.getOrDefault(field, "");
    }

    /** @return negative if the line does not have the field */
    long number(String field) {
        String value = text(field);
        boolean plain = !value.isEmpty() && value.length() < 19 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        return plain ? Long.parseLong(value) : -1;
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String field : line.trim().split(" ")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return fields;
    }
}
