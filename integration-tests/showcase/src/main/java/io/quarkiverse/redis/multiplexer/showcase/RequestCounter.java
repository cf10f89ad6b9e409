package io.quarkiverse.redis.multiplexer.showcase;

import java.util.Set;

import jakarta.ws.rs.container.ContainerRequestContext;

import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Has every request counted, by the first part of its path. */
public class RequestCounter {

    /** What the page asks for every second. */
    private static final Set<String> POLLED = Set.of("status", "statistics");

    /** A proxy: filters are made while the application is built, when there is no Redis client yet. */
    private final RequestStatistics statistics;

    RequestCounter(RequestStatistics statistics) {
        this.statistics = statistics;
    }

    @ServerResponseFilter
    public void count(ContainerRequestContext request) {
        String resource = request.getUriInfo().getPathSegments().get(0).getPath();
        if (!POLLED.contains(resource)) {
            statistics.count(resource);
        }
    }
}
