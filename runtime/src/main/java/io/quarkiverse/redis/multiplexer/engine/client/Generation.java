package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * What a client owns from one start of the application to its stop. Acquires nothing before it is used, and nothing of it
 * is left when {@link #end} has completed. Thread-safe.
 */
interface Generation {

    Future<Response> send(Request request);

    Future<List<Response>> batch(List<Request> requests);

    Future<RedisConnection> connect();

    ClientStatus status();

    /** Why a server cannot be reached that commands go to; empty if no such server is known. */
    Optional<Throwable> outage();

    Future<Void> end();

    /** Something to be said of the client besides its name, for messages; empty if there is nothing. */
    default String note() {
        return "";
    }
}
