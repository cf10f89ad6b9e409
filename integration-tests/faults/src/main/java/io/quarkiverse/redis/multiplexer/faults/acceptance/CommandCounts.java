package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** How often servers have executed commands, by INFO commandstats. */
final class CommandCounts {

    private CommandCounts() {
    }

    /** Of a server that lives. */
    static long calls(RedisServer server, String command) {
        return number(server, command, "calls");
    }

    /**
     * How often it has refused one before it looked at it, as a replica refuses writes. Servers before Redis 7 don't count
     * that.
     */
    static long refused(RedisServer server, String command) {
        return number(server, command, "rejected_calls");
    }

    static long calls(Collection<RedisServer> servers, String command) {
        return servers.stream().filter(RedisServer::isAlive).mapToLong(server -> calls(server, command)).sum();
    }

    private static long number(RedisServer server, String command, String field) {
        try (RespClient client = server.client()) {
            Matcher found = Pattern.compile("cmdstat_" + command + ":.*?\\b" + field + "=(\\d+)")
                    .matcher((String) client.call("INFO", "commandstats"));
            return found.find() ? Long.parseLong(found.group(1)) : 0;
        }
    }
}
