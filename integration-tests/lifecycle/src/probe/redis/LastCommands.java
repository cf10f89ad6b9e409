package io.quarkiverse.redis.multiplexer.showcase;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;

/** Has commands in flight when the application stops, and tells the next start what became of them. */
@ApplicationScoped
@Path("/last-commands")
public class LastCommands {

    private static final String OUTCOMES = "lifecycle.outcomes";
    /** Longer than any stop may take. */
    private static final long PAUSE_MILLIS = 6000;
    private static final String BUSY = """
            local start = redis.call('TIME')
            repeat
                local now = redis.call('TIME')
                local millis = (now[1] - start[1]) * 1000 + (now[2] - start[2]) / 1000
            until millis > 700
            return 'finished'
            """;

    @Inject
    Redis redis;

    private volatile String next = "";

    /** @param kind what will be in flight at the next stop */
    @POST
    @Path("{kind}")
    public void prepare(String kind) {
        outcomes().clear();
        next = kind;
    }

    /** How many of the commands had which outcome. */
    @GET
    public Map<String, Integer> result() {
        return outcomes();
    }

    void onStop(@Observes ShutdownEvent event) {
        switch (next) {
            case "blpop" -> send(Request.cmd(Command.BLPOP, "lifecycle:empty", 0));
            case "eval" -> send(Request.cmd(Command.EVAL, BUSY, 1, "lifecycle:script"));
            case "incr" -> {
                await(Request.cmd(Command.GET, "lifecycle:n"));
                BareServer.ofConfiguration().forEach(server -> server.ask("CLIENT PAUSE " + PAUSE_MILLIS + " ALL"));
                for (int i = 0; i < 1000; i++) {
                    send(Request.cmd(Command.INCR, "lifecycle:n"));
                }
            }
            default -> {
                // Nothing has been prepared.
            }
        }
    }

    private void await(Request request) {
        redis.send(request).toCompletionStage().toCompletableFuture().join();
    }

    private void send(Request request) {
        Map<String, Integer> outcomes = outcomes();
        redis.send(request).onComplete(result -> {
            String outcome = result.succeeded() ? String.valueOf(result.result()) : describe(result.cause());
            outcomes.merge(outcome, 1, Integer::sum);
        });
    }

    private static String describe(Throwable failure) {
        String sent = failure instanceof CommandFailure known ? known.sent() ? " (sent)" : " (not sent)" : "";
        return failure.getClass().getSimpleName() + ": " + failure.getMessage() + sent;
    }

    /** In a place that outlives every start. */
    @SuppressWarnings("unchecked")
    private static Map<String, Integer> outcomes() {
        return (Map<String, Integer>) System.getProperties().computeIfAbsent(OUTCOMES, key -> new ConcurrentHashMap<>());
    }
}
