package io.quarkiverse.redis.multiplexer.showcase;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.value.ValueCommands;
import io.smallrye.common.annotation.Blocking;

/** Counts the visits of pages: blocking calls on worker threads. */
@Path("/counter/{page}")
@Blocking
public class CounterResource {

    private final ValueCommands<String, Long> counters;

    public record Visits(String page, long count, Served served) {
    }

    CounterResource(RedisDataSource redis) {
        this.counters = redis.value(Long.class);
    }

    @POST
    public Visits visit(String page) {
        return visits(page, counters.incr(key(page)));
    }

    @GET
    public Visits visits(String page) {
        Long count = counters.get(key(page));
        return visits(page, count == null ? 0 : count);
    }

    private static Visits visits(String page, long count) {
        return new Visits(page, count, Served.by(RedisDataSource.class));
    }

    private static String key(String page) {
        return "showcase:counter:" + page;
    }
}
