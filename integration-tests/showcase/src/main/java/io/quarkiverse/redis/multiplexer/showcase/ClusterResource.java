package io.quarkiverse.redis.multiplexer.showcase;

import java.util.List;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

import io.quarkus.redis.datasource.RedisDataSource;
import io.smallrye.common.annotation.Blocking;

/** Shows the cluster of the default client, and changes it while everything else goes on. */
@Path("/cluster")
@Blocking
public class ClusterResource {

    private static final int MOST_SLOTS = 2000;

    private final ClusterAdmin admin;

    /** @param nodes none if the default client has no cluster */
    public record Cluster(List<ClusterNodes.Node> nodes, Served served) {
    }

    /** @param millis how long it took */
    public record FailedOver(String primary, long millis, Served served) {
    }

    /** @param millis how long it took */
    public record Moved(int slots, int keys, String from, String to, long millis, Served served) {
    }

    ClusterResource(ClusterAdmin admin) {
        this.admin = admin;
    }

    @GET
    public Cluster cluster() {
        return new Cluster(admin.nodes().all(), Served.by(RedisDataSource.class));
    }

    @POST
    @Path("/{primary}/failover")
    public FailedOver failOver(@RestPath String primary) {
        long begin = System.nanoTime();
        String elected = admin.failOver(primary).address();
        return new FailedOver(elected, millisSince(begin), Served.by("Redis"));
    }

    @POST
    @Path("/{primary}/move")
    public Moved move(@RestPath String primary, @RestQuery @DefaultValue("500") int slots) {
        if (slots < 1 || slots > MOST_SLOTS) {
            throw Problem.badRequest("slots is " + slots + ", but must be within 1 and " + MOST_SLOTS);
        }
        long begin = System.nanoTime();
        ClusterAdmin.Moved moved = admin.move(primary, slots);
        return new Moved(moved.slots(), moved.keys(), moved.from().address(), moved.to().address(), millisSince(begin),
                Served.by("Redis"));
    }

    private static long millisSince(long begin) {
        return (System.nanoTime() - begin) / 1_000_000;
    }
}
