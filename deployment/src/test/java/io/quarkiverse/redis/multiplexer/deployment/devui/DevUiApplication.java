package io.quarkiverse.redis.multiplexer.deployment.devui;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.shrinkwrap.api.asset.StringAsset;

import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.QuarkusDevModeTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/** An application with two clients, whose servers Dev Services start; the one called "sessions" wants a password. */
@Path("/")
public class DevUiApplication {

    static final String PASSWORD = "hush-hush";

    @Inject
    RedisDataSource redis;

    @Inject
    ReactiveRedisDataSource reactive;

    @Inject
    @RedisClientName("sessions")
    RedisDataSource sessions;

    @ConfigProperty(name = "greeting")
    String greeting;

    static QuarkusDevModeTest inDevMode(int port) {
        String configuration = """
                quarkus.http.port=%d
                quarkus.redis-multiplexer.devservices.mode=embedded
                quarkus.redis-multiplexer.sessions.devservices.arguments=--requirepass,%s,--maxmemory,20mb
                greeting=hello
                """.formatted(port, PASSWORD);
        return new QuarkusDevModeTest().withApplicationRoot(root -> root.addClass(DevUiApplication.class)
                .addAsResource(new StringAsset(configuration), "application.properties"));
    }

    @GET
    @Path("greeting")
    public String greeting() {
        return greeting;
    }

    /** So many at once. */
    @GET
    @Path("increments")
    public Uni<Long> increments(@QueryParam("count") int count) {
        return Multi.createFrom().range(0, count).onItem()
                .transformToUni(i -> reactive.value(Long.class).incr("visits")).merge(count).collect().last();
    }

    @GET
    @Path("session")
    public String session() {
        sessions.value(String.class).set("session", "open");
        return sessions.value(String.class).get("session");
    }
}
