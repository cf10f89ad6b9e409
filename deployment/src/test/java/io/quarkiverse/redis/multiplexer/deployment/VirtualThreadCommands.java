package io.quarkiverse.redis.multiplexer.deployment;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import io.quarkus.redis.datasource.RedisDataSource;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** For {@link TracingTest}, and apart from it, as no application with it can be built before Java 21. */
@Path("/virtual")
public class VirtualThreadCommands {

    @Inject
    RedisDataSource redis;

    @GET
    @RunOnVirtualThread
    public String set() {
        redis.value(String.class).set(TracingTest.SECRET, TracingTest.SECRET);
        return Thread.currentThread().toString();
    }
}
