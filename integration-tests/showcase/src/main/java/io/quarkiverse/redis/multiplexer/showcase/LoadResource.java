package io.quarkiverse.redis.multiplexer.showcase;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.inject.Singleton;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response.Status;

import org.jboss.resteasy.reactive.RestQuery;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;

/** Puts load on the default client: the bare Vert.x client on all event loops. */
@Path("/load")
@Singleton
public class LoadResource {

    private static final int MAX_CALLS = 1_000_000;
    private static final int MAX_CALLERS = 10_000;

    private final Vertx vertx;
    private final Redis redis;
    private final AtomicBoolean running = new AtomicBoolean();

    public record Result(LoadRun.Report report, Served served) {
    }

    LoadResource(Vertx vertx, Redis redis) {
        this.vertx = vertx;
        this.redis = redis;
    }

    @POST
    public CompletionStage<Result> run(@RestQuery @DefaultValue("50000") int calls,
            @RestQuery @DefaultValue("200") int callers) {
        if (calls < 1 || calls > MAX_CALLS || callers < 1 || callers > MAX_CALLERS) {
            throw Problem.badRequest("calls must be 1 to " + MAX_CALLS + ", callers 1 to " + MAX_CALLERS);
        }
        if (!running.compareAndSet(false, true)) {
            throw Problem.of(Status.CONFLICT, "A load test is running");
        }
        return new LoadRun(redis, calls, callers).run(vertx)
                .onComplete(any -> running.set(false))
                .map(report -> new Result(report, Served.by("Redis")))
                .toCompletionStage();
    }
}
