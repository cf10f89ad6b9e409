package org.acme;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.value.ReactiveValueCommands;
import io.quarkus.redis.datasource.value.ValueCommands;
import io.smallrye.mutiny.Uni;

@Path("/visits")
public class VisitResource {

    private final ValueCommands<String, Long> blocking;
    private final ReactiveValueCommands<String, Long> reactive;

    VisitResource(RedisDataSource redis, ReactiveRedisDataSource reactiveRedis) {
        blocking = redis.value(Long.class);
        reactive = reactiveRedis.value(Long.class);
    }

    // Runs on a worker thread.
    @GET
    public long count() {
        Long visits = blocking.get("visits");
        return visits == null ? 0 : visits;
    }

    // Runs on an event loop, and shares the connection with all the others.
    @POST
    public Uni<Long> visit() {
        return reactive.incr("visits");
    }
}
