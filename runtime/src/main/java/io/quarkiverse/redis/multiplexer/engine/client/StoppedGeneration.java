package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Between two generations: everything fails at once, and says why. */
record StoppedGeneration(String clientName) implements Generation {

    @Override
    public Future<Response> send(Request request) {
        return failed();
    }

    @Override
    public Future<List<Response>> batch(List<Request> requests) {
        return failed();
    }

    @Override
    public Future<RedisConnection> connect() {
        return failed();
    }

    @Override
    public ClientStatus status() {
        return new ClientStatus(clientName, false, RoutingStatus.UNUSED, List.of());
    }

    @Override
    public Outage outage() {
        return Outage.NONE;
    }

    @Override
    public Future<Response> ping() {
        return failed();
    }

    @Override
    public Future<Void> end() {
        return Future.succeededFuture();
    }

    private <T> Future<T> failed() {
        return Future.failedFuture(new ConnectionLostException(
                "Redis client '" + clientName + "' is stopped: the application is stopped, or the client was closed", false,
                null));
    }
}
