package io.quarkiverse.redis.multiplexer.runtime;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.engine.client.MultiplexedRedisClient;
import io.quarkiverse.redis.multiplexer.engine.settings.Printable;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Ready is who gets an answer to PING from the servers of all clients. In the place of quarkus-redis-client's own check,
 * under its name and with its data, and with more: the nodes, what they say that they are, the state of the shared connections,
 * the last error, the latency.
 * <p>
 * All clients are asked at once, and a client that knows that its server can't be reached says so without waiting.
 */
@Readiness
@ApplicationScoped
public class MultiplexerHealthCheck implements HealthCheck {

    private static final String NAME = "Redis connection health check";

    private final MultiplexerConfig config;
    private final RedisConfig redisConfig;

    public MultiplexerHealthCheck(MultiplexerConfig config, RedisConfig redisConfig) {
        this.config = config;
        this.redisConfig = redisConfig;
    }

    @Override
    public HealthCheckResponse call() {
        Map<MultiplexedRedisClient, CompletableFuture<Answer>> answers = new LinkedHashMap<>();
        long asked = System.nanoTime();
        for (MultiplexedRedisClient client : ClientRegistry.instance().running()) {
            answers.put(client, ask(client, asked));
        }
        HealthCheckResponseBuilder response = HealthCheckResponse.named(NAME).up();
        answers.forEach((client, answer) -> report(client, answer, asked, response));
        return response.build();
    }

    record Answer(String text, Duration latency) {
    }

    /** Commands may wait for a server that is known to be away, or for another one in its place; this does not. */
    static CompletableFuture<Answer> ask(MultiplexedRedisClient client, long asked) {
        Optional<Throwable> outage = client.outage();
        if (outage.isPresent()) {
            return CompletableFuture.failedFuture(outage.get());
        }
        Optional<String> partial = client.partialOutage().map(cause -> "Some keys only: " + cause.getMessage());
        Future<Response> pong = partial.isPresent() ? client.ping()
                : client.connect().compose(connection -> connection.send(Request.cmd(Command.PING))
                        .eventually(() -> connection.close()));
        return pong.map(reply -> new Answer(partial.orElseGet(reply::toString), Duration.ofNanos(System.nanoTime() - asked)))
                .toCompletionStage().toCompletableFuture();
    }

    private void report(MultiplexedRedisClient client, CompletableFuture<Answer> future, long asked,
            HealthCheckResponseBuilder response) {
        String label = ClientRegistry.DEFAULT_CLIENT.equals(client.name()) ? "default" : client.name();
        Duration timeout = timeout(client.name());
        try {
            Answer answer = future.get(Math.max(0, timeout.toNanos() - (System.nanoTime() - asked)), TimeUnit.NANOSECONDS);
            response.withData(label, Printable.text(answer.text)).withData(label + ".latency-micros",
                    answer.latency.toNanos() / 1000);
        } catch (TimeoutException e) {
            response.down().withData(label, "No answer to PING within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            response.down().withData(label, Printable.text(String.valueOf(e.getCause().getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            response.down().withData(label, "The check was interrupted");
        }
        describe(label, client.status().nodes(), response);
    }

    /** With several nodes, the keys have the node in their names. */
    static void describe(String label, List<NodeStatus> nodes, HealthCheckResponseBuilder response) {
        for (NodeStatus node : nodes) {
            String prefix = nodes.size() == 1 ? label : label + "." + node.address();
            response.withData(prefix + ".node", node.address());
            if (!node.server().isEmpty()) {
                response.withData(prefix + ".server", node.server() + " " + node.version());
            }
            if (node.role() != NodeRole.UNKNOWN) {
                response.withData(prefix + ".role", node.role().name().toLowerCase(Locale.ROOT));
            }
            response.withData(prefix + ".state", node.lanes().stream()
                    .collect(Collectors.groupingBy(LaneStatus::state, Collectors.counting())).entrySet().stream()
                    .sorted(Map.Entry.comparingByKey()).map(entry -> entry.getValue() + " " + entry.getKey())
                    .collect(Collectors.joining(", ")));
            node.lanes().stream().map(LaneStatus::lastError).filter(error -> error != null).findFirst()
                    .ifPresent(error -> response.withData(prefix + ".last-error", error));
        }
    }

    private Duration timeout(String client) {
        MultiplexerConfig.ClientConfig ours = config.clients().get(client);
        return ours.health().timeout().or(ours::commandTimeout)
                .orElseGet(() -> redisConfig.clients().get(client).timeout());
    }
}
