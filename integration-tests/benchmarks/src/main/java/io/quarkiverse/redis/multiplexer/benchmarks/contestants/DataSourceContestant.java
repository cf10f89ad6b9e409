package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.transactions.ReactiveTransactionalRedisDataSource;
import io.quarkus.redis.datasource.transactions.TransactionResult;
import io.quarkus.redis.datasource.value.ReactiveTransactionalValueCommands;
import io.quarkus.redis.datasource.value.ReactiveValueCommands;
import io.quarkus.redis.datasource.value.TransactionalValueCommands;
import io.quarkus.redis.datasource.value.ValueCommands;
import io.quarkus.redis.runtime.datasource.BlockingRedisDataSourceImpl;
import io.quarkus.redis.runtime.datasource.ReactiveRedisDataSourceImpl;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.redis.client.RedisAPI;
import io.vertx.mutiny.redis.client.Response;
import io.vertx.redis.client.Redis;

/** Quarkus' typed data sources, reactive and blocking, with strings, as the extension makes them. */
final class DataSourceContestant implements Contestant {

    private final Redis redis;
    private final ReactiveRedisDataSource reactive;
    private final RedisDataSource blocking;
    private final ReactiveValueCommands<String, String> reactiveValues;
    private final ValueCommands<String, String> blockingValues;

    DataSourceContestant(Vertx vertx, Redis redis) {
        this.redis = redis;
        io.vertx.mutiny.redis.client.Redis mutinyRedis = new io.vertx.mutiny.redis.client.Redis(redis);
        ReactiveRedisDataSourceImpl implementation = new ReactiveRedisDataSourceImpl(new io.vertx.mutiny.core.Vertx(vertx),
                mutinyRedis, RedisAPI.api(mutinyRedis));
        this.reactive = implementation;
        this.blocking = new BlockingRedisDataSourceImpl(implementation, Duration.ofSeconds(20));
        this.reactiveValues = reactive.value(String.class);
        this.blockingValues = blocking.value(String.class);
        // Context propagation is set up by its first use, and fails if that is by two threads at once. Quarkus does it at start.
        blocking.execute("PING");
    }

    @Override
    public Runnable asynchronous(Operation operation, Caller caller) {
        String key = operation.key();
        return switch (operation.kind()) {
            case GET -> repeated(() -> reactiveValues.get(key), String::length, caller);
            case SET -> repeated(() -> reactiveValues.set(key, operation.value()), nothing -> 0, caller);
            case MGET -> {
                String[] keys = operation.keys().toArray(String[]::new);
                yield repeated(() -> reactiveValues.mget(keys), DataSourceContestant::length, caller);
            }
            case EVAL -> repeated(() -> reactive.execute("EVAL", Operation.SCRIPT, "1", key),
                    DataSourceContestant::length, caller);
            case TRANSACTION -> repeated(() -> reactive.withTransaction(transaction -> increment(transaction, operation)),
                    TransactionResult::size, caller);
            default -> throw new IllegalArgumentException(operation.toString());
        };
    }

    private static Uni<Void> increment(ReactiveTransactionalRedisDataSource transaction, Operation operation) {
        ReactiveTransactionalValueCommands<String, String> values = transaction.value(String.class);
        Uni<Void> latest = Uni.createFrom().voidItem();
        for (String key : operation.keys()) {
            latest = latest.chain(() -> values.incr(key));
        }
        return latest;
    }

    private static <T> Runnable repeated(Supplier<Uni<T>> call, ToIntFunction<T> length, Caller caller) {
        return () -> call.get().subscribe().with(reply -> caller.succeeded(length.applyAsInt(reply)), caller::failed);
    }

    @Override
    public BlockingCall blocking(Operation operation) {
        String key = operation.key();
        return switch (operation.kind()) {
            case GET -> () -> blockingValues.get(key).length();
            case SET -> () -> {
                blockingValues.set(key, operation.value());
                return 0;
            };
            case MGET -> {
                String[] keys = operation.keys().toArray(String[]::new);
                yield () -> length(blockingValues.mget(keys));
            }
            case EVAL -> () -> length(blocking.execute("EVAL", Operation.SCRIPT, "1", key));
            case TRANSACTION -> () -> blocking.withTransaction(transaction -> {
                TransactionalValueCommands<String, String> values = transaction.value(String.class);
                operation.keys().forEach(values::incr);
            }).size();
            default -> throw new IllegalArgumentException(operation.toString());
        };
    }

    private static int length(Map<String, String> values) {
        return values.values().stream().mapToInt(String::length).sum();
    }

    private static int length(Response response) {
        return response.toBytes().length;
    }

    @Override
    public void close() {
        redis.close();
    }
}
