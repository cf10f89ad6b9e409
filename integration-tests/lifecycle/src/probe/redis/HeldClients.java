package io.quarkiverse.redis.multiplexer.showcase;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

import io.quarkus.arc.ClientProxy;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Blocking;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.Request;

/** Uses the clients that the first start got, in every later one. */
@ApplicationScoped
@Path("/held")
public class HeldClients {

    private static final String HELD = "lifecycle.held";

    @Inject
    Redis redis;
    @Inject
    RedisAPI api;
    @Inject
    RedisDataSource dataSource;
    @Inject
    ReactiveRedisDataSource reactive;

    void onStart(@Observes StartupEvent event) {
        hold(Redis.class, redis);
        hold(RedisAPI.class, api);
        hold(RedisDataSource.class, dataSource);
        hold(ReactiveRedisDataSource.class, reactive);
    }

    /** What each of them answers to PING. */
    @GET
    @Blocking
    public Map<String, String> ping() {
        Map<String, String> answers = new TreeMap<>();
        answers.put("Redis", outcome(() -> held(Redis.class).send(Request.cmd(Command.PING)).toCompletionStage()));
        answers.put("RedisAPI",
                outcome(() -> held(RedisAPI.class).send(Command.PING).toCompletionStage()));
        answers.put("ReactiveRedisDataSource", outcome(
                () -> held(ReactiveRedisDataSource.class).execute("PING").subscribeAsCompletionStage()));
        answers.put("RedisDataSource", outcome(() -> held(RedisDataSource.class).execute("PING")));
        return answers;
    }

    private interface Call {

        Object run() throws Exception;
    }

    private static String outcome(Call call) {
        try {
            Object answer = call.run();
            return String.valueOf(answer instanceof CompletionStage<?> stage
                    ? stage.toCompletableFuture().get(15, TimeUnit.SECONDS)
                    : answer);
        } catch (ExecutionException e) {
            return e.getCause().toString();
        } catch (Exception e) {
            return e.toString();
        }
    }

    private static <T> void hold(Class<T> type, T proxy) {
        held().putIfAbsent(type.getName(), ClientProxy.unwrap(proxy));
    }

    private static <T> T held(Class<T> type) {
        return type.cast(held().get(type.getName()));
    }

    /** In a place that outlives every start. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> held() {
        return (Map<String, Object>) System.getProperties().computeIfAbsent(HELD, key -> new ConcurrentHashMap<>());
    }
}
