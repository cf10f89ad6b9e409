package io.quarkiverse.redis.multiplexer.showcase;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response.Status;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.Json;
import io.vertx.mutiny.redis.client.RedisAPI;

/** Facts from a slow source, with a cache before it: Mutiny on event loops. */
@Path("/countries/{code}")
public class CountryResource {

    private final RedisAPI redis;
    private final CountrySource source;
    private final Duration timeToLive;

    /**
     * @param hit whether the cache had it
     * @param millis how long it took, without HTTP
     * @param expiresInMillis when the cache will have forgotten it
     */
    public record Lookup(Country country, boolean hit, double millis, long expiresInMillis, Served served) {
    }

    private record Cached(Country country, long expiresInMillis) {
    }

    CountryResource(RedisAPI redis, CountrySource source,
            @ConfigProperty(name = "showcase.cache.time-to-live") Duration timeToLive) {
        this.redis = redis;
        this.source = source;
        this.timeToLive = timeToLive;
    }

    @GET
    public Uni<Lookup> look(String code) {
        long begin = System.nanoTime();
        return cached(code)
                .onItem().ifNotNull().transform(cached -> lookup(cached, true, begin))
                .onItem().ifNull().switchTo(() -> found(code).map(found -> lookup(found, false, begin)));
    }

    @DELETE
    public Uni<Void> forget(String code) {
        return redis.del(List.of(key(code))).replaceWithVoid();
    }

    private Uni<Cached> cached(String code) {
        // Neither waits for the other: both commands leave in one packet.
        return Uni.combine().all().unis(redis.get(key(code)), redis.pttl(key(code)))
                .with((json, millis) -> json == null ? null
                        : new Cached(Json.decodeValue(json.toString(), Country.class), millis.toLong()));
    }

    private Uni<Cached> found(String code) {
        return source.find(code)
                .map(found -> found.orElseThrow(() -> Problem.of(Status.NOT_FOUND, "Nothing is known of " + code)))
                .call(country -> redis.psetex(key(code), String.valueOf(timeToLive.toMillis()), Json.encode(country)))
                .map(country -> new Cached(country, timeToLive.toMillis()));
    }

    private static Lookup lookup(Cached cached, boolean hit, long begin) {
        double millis = (System.nanoTime() - begin) / (double) TimeUnit.MILLISECONDS.toNanos(1);
        return new Lookup(cached.country, hit, millis, cached.expiresInMillis, Served.by("mutiny RedisAPI"));
    }

    private static String key(String code) {
        return "showcase:country:" + code;
    }
}
