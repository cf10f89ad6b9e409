package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
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

    /** Whether servers that commands go to cannot be reached. */
    Outage outage();

    /** Asks one of these servers whether it is there: one that is not known to be away, if there is any. */
    Future<Response> ping();

    Future<Void> end();

    /** Something to be said of the client besides its name, for messages; empty if there is nothing. */
    default String note() {
        return "";
    }
}
