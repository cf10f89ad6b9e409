package io.quarkiverse.redis.multiplexer.engine;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * What a server tells of one of its connections: a line of
 * <a href="https://redis.io/docs/latest/commands/client-list/">CLIENT LIST</a>, empty if it does not know the connection.
 */
record ClientInfo(String line) {

    /** Asks for one connection, which Redis answers since 6.2. */
    static Request request(String serverSideId) {
        return Request.cmd(Command.CLIENT).arg("LIST").arg("ID").arg(serverSideId);
    }

    static ClientInfo of(Response reply) {
        return new ClientInfo(reply == null ? "" : reply.toString().trim());
    }

    boolean isKnown() {
        return !line.isEmpty();
    }

    /** Whether the server waits for something before it answers the connection. */
    boolean isBlocked() {
        return field("flags").indexOf('b') >= 0;
    }

    /** @return the name of the command that was executed last, in lower case; empty if there was none */
    String command() {
        return field("cmd");
    }

    private String field(String name) {
        String prefix = name + '=';
        for (String field : line.split(" ")) {
            if (field.startsWith(prefix)) {
                return field.substring(prefix.length());
            }
        }
        return "";
    }
}
