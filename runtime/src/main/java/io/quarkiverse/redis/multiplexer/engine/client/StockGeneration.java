package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** The stock client, unchanged, for the types of servers that are not multiplexed. Made when it is first used. */
final class StockGeneration implements Generation {

    private final Vertx vertx;
    private final ClientSettings settings;
    private Redis redis;
    private boolean ended;

    StockGeneration(Vertx vertx, ClientSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    private synchronized Redis redis() {
        if (redis == null) {
            if (ended) {
                throw new IllegalStateException("Redis client '" + settings.name() + "' is stopped");
            }
            redis = Redis.createClient(vertx, settings.redis());
        }
        return redis;
    }

    @Override
    public Future<Response> send(Request request) {
        return redis().send(request);
    }

    @Override
    public Future<List<Response>> batch(List<Request> requests) {
        return redis().batch(requests);
    }

    @Override
    public Future<RedisConnection> connect() {
        return redis().connect();
    }

    @Override
    public synchronized ClientStatus status() {
        return new ClientStatus(settings.name(), !ended, List.of());
    }

    @Override
    public String note() {
        return ", " + settings.redis().getType();
    }

    @Override
    public synchronized Future<Void> end() {
        if (!ended) {
            ended = true;
            if (redis != null) {
                redis.close();
            }
        }
        return Future.succeededFuture();
    }
}
