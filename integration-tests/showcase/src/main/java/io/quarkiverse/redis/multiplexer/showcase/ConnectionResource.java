package io.quarkiverse.redis.multiplexer.showcase;

import java.util.List;
import java.util.regex.Matcher;
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

    public record Cut(int connections, Served served) {
    }

    private record Connection(String id, String lastCommand) {

        boolean isAsking() {
            return lastCommand.startsWith("client");
        }
    }

    ConnectionResource(RedisDataSource redis) {
        this.redis = redis;
    }

    @POST
    @Path("/cut")
    public Cut cut() {
        Matcher lines = OURS.matcher(redis.execute("CLIENT", "LIST").toString());
        List<Connection> connections = lines.results().map(line -> new Connection(line.group(1), line.group(2))).toList();
        connections.stream().filter(connection -> !connection.isAsking()).forEach(this::kill);
        // Last, because it is cut after the answer: it is the one that we are using.
        connections.stream().filter(Connection::isAsking).forEach(this::kill);
        return new Cut(connections.size(), Served.by(RedisDataSource.class));
    }

    private void kill(Connection connection) {
        redis.execute("CLIENT", "KILL", "ID", connection.id, "SKIPME", "no");
    }
}
