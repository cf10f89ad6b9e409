package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.HashMap;
import java.util.Map;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** What a server says about itself (<a href="https://redis.io/docs/latest/commands/info/">INFO</a>). Immutable. */
final class ServerInfo {

    private final Map<String, String> fields;

    private ServerInfo(Map<String, String> fields) {
        this.fields = Map.copyOf(fields);
    }

    /** The question about its copy of the data of its primary. */
    static Request aboutReplication() {
        return Request.cmd(Command.INFO).arg("replication");
    }

    /** The question where it is. */
    static Request aboutServer() {
        return Request.cmd(Command.INFO).arg("server");
    }

    /** @param reply to one of the questions; lines that are no field are passed over */
    static ServerInfo of(Response reply) {
        Map<String, String> fields = new HashMap<>();
        if (reply != null) {
            reply.toString().lines().forEach(line -> {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
                }
            });
        }
        return new ServerInfo(fields);
    }

    /**
     * Whether it is a replica that has all that its primary had written when it heard of it last, and hears of it. While it
     * fetches or loads the data of its primary, it tells that the link is down.
     */
    boolean isReplicaInSync() {
        return field("role").equals("slave") && field("master_link_status").equals("up")
                && field("master_sync_in_progress").equals("0");
    }

    /** Valkey's {@code availability-zone}; empty if it has none, or does not know of such things. */
    String zone() {
        return field("availability_zone");
    }

    private String field(String name) {
        return fields.getOrDefault(name, "");
    }
}
