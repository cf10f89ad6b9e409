package io.quarkiverse.redis.multiplexer.showcase;

import java.util.Comparator;
import java.util.List;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

import org.jboss.resteasy.reactive.RestQuery;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.keys.ReactiveKeyCommands;
import io.quarkus.redis.datasource.sortedset.ReactiveSortedSetCommands;
import io.smallrye.mutiny.Uni;

/** Who has the most points: the typed, reactive API on event loops. */
@Path("/leaderboard")
public class LeaderboardResource {

    private static final String KEY = "showcase:leaderboard";
    private static final int PLACES = 10;

    private final ReactiveSortedSetCommands<String, String> scores;
    private final ReactiveKeyCommands<String> keys;

    public record Place(String player, long points) {
    }

    public record Leaderboard(List<Place> places, Served served) {
    }

    LeaderboardResource(ReactiveRedisDataSource redis) {
        this.scores = redis.sortedSet(String.class);
        this.keys = redis.key();
    }

    @GET
    public Uni<Leaderboard> best() {
        // Not ZRANGE with REV, which is of Redis 6.2.
        return scores.zrangeWithScores(KEY, -PLACES, -1)
                .map(worstFirst -> new Leaderboard(worstFirst.stream()
                        .map(scored -> new Place(scored.value(), (long) scored.score()))
                        .sorted(Comparator.comparingLong(Place::points).reversed())
                        .toList(), Served.by(ReactiveRedisDataSource.class)));
    }

    @POST
    @Path("/{player}")
    public Uni<Leaderboard> score(String player, @RestQuery @DefaultValue("1") int points) {
        if (points < 1) {
            throw Problem.badRequest("points is " + points + ", but must be at least 1");
        }
        return scores.zincrby(KEY, points, player).chain(this::best);
    }

    @DELETE
    public Uni<Void> clear() {
        return keys.del(KEY).replaceWithVoid();
    }
}
