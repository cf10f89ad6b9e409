package io.quarkiverse.redis.multiplexer.showcase;

import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.ws.rs.core.Response.Status;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** For commands that are meant for one server of a cluster, which the cluster's client chooses by itself: for a short while. */
final class ServerLink implements AutoCloseable {

    private static final long TIMEOUT_SECONDS = 10;

    private final String address;
    private final Redis redis;

    /** @param seed a server of the same cluster, whose credentials are those of all */
    ServerLink(Vertx vertx, URI seed, String address) {
        this.address = address;
        String user = seed.getRawUserInfo() == null ? "" : seed.getRawUserInfo() + '@';
        this.redis = Redis.createClient(vertx, new RedisOptions()
                .setConnectionString(seed.getScheme() + "://" + user + address));
    }

    Response call(String command, String... arguments) {
        return call(command, List.of(arguments));
    }

    Response call(String command, List<String> arguments) {
        Request request = Request.cmd(Command.create(command));
        arguments.forEach(request::arg);
        try {
            return redis.send(request).toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failed(command, e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw failed(command, "no answer within " + TIMEOUT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(command, "interrupted");
        }
    }

    private RuntimeException failed(String command, String why) {
        return Problem.of(Status.SERVICE_UNAVAILABLE, command + " at " + address + ": " + why);
    }

    @Override
    public void close() {
        redis.close();
    }
}
