package io.quarkiverse.redis.multiplexer.showcase;

import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

import io.quarkus.redis.datasource.RedisDataSource;
import io.smallrye.common.annotation.Blocking;

/** Cuts the connections of this application, to show what happens then: not much. */
@Path("/connections")
@Blocking
public class ConnectionResource {

    /** A line of CLIENT LIST; the name is {@code quarkus.redis.client-name}. */
    private static final Pattern OURS = Pattern.compile("(?m)^id=(\\d+) .* name=showcase .*cmd=(\\S+)");

    private final RedisDataSource redis;
    private final ClusterAdmin cluster;

    public record Cut(int connections, Served served) {
    }

    private record Connection(String id, String lastCommand) {

        boolean isAsking() {
            return lastCommand.startsWith("client");
        }
    }

    ConnectionResource(RedisDataSource redis, ClusterAdmin cluster) {
        this.redis = redis;
        this.cluster = cluster;
    }

    @POST
    @Path("/cut")
    public Cut cut() {
        int connections = cluster.isCluster() ? cutAtEachNode()
                : cut(redis.execute("CLIENT", "LIST").toString(),
                        id -> redis.execute("CLIENT", "KILL", "ID", id, "SKIPME", "no"));
        return new Cut(connections, Served.by(RedisDataSource.class));
    }

    private int cutAtEachNode() {
        int connections = 0;
        for (ClusterNodes.Node node : cluster.nodes().all()) {
            if (node.alive()) {
                try (ServerLink link = cluster.link(node)) {
                    connections += cut(link.call("CLIENT", "LIST").toString(), id -> link.call("CLIENT", "KILL", "ID", id));
                }
            }
        }
        return connections;
    }

    private static int cut(String list, Consumer<String> kill) {
        List<Connection> connections = OURS.matcher(list).results()
                .map(line -> new Connection(line.group(1), line.group(2))).toList();
        connections.stream().filter(connection -> !connection.isAsking()).map(Connection::id).forEach(kill);
        // Last, because it is cut after the answer: it may be the one that we are using.
        connections.stream().filter(Connection::isAsking).map(Connection::id).forEach(kill);
        return connections.size();
    }
}
