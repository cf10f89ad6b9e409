package io.quarkiverse.redis.multiplexer.showcase;

import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import org.jboss.logging.Logger;

import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.hash.ReactiveHashCommands;
import io.smallrye.mutiny.Uni;

/** How many requests there were. They are on a server of their own, the one of the client named {@code stats}. */
@Path("/statistics")
@ApplicationScoped
public class RequestStatistics {

    private static final Logger LOG = Logger.getLogger(RequestStatistics.class);
    private static final String KEY = "showcase:requests";

    private final ReactiveHashCommands<String, String, Long> counts;

    public record Statistics(Map<String, Long> requests, Served served) {
    }

    RequestStatistics(@RedisClientName("stats") ReactiveRedisDataSource redis) {
        this.counts = redis.hash(Long.class);
    }

    /** Counts one more. Nobody has to wait for that. */
    void count(String resource) {
        counts.hincrby(KEY, resource, 1).subscribe().with(count -> {
        }, failure -> LOG.debug("A request was not counted", failure));
    }

    @GET
    public Uni<Statistics> statistics() {
        return counts.hgetall(KEY)
                .map(requests -> new Statistics(requests, Served.by("ReactiveRedisDataSource \"stats\"")));
    }
}
