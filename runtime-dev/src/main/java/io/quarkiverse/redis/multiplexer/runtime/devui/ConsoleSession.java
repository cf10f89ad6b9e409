package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The console's connection to one client's server, so that SELECT, MULTI and WATCH mean what they mean in redis-cli. It is
 * made when first needed, and anew after it was lost. Commands run one after the other, but for what ends a script: that does
 * not wait for the script, and goes where it is let through, on a shared connection.
 * <p>
 * A command that blocks is unblocked when the time is up, for which the session must know its connection's id. That is not
 * to be had before the client knows a server, and of no use in a cluster, where each command may be on another connection;
 * there, the connection is given up instead.
 * <p>
 * Thread-safe.
 */
final class ConsoleSession {

    /** What has no reply, or more than one, or takes replies away. */
    private static final Set<String> UNSUITABLE = Set.of("MONITOR", "SYNC", "PSYNC", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE",
            "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE");
    private static final Set<String> SCRIPTS = Set.of("EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO");
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final MultiplexedRedis client;
    private final RedisClientType type;
    private final Duration limit;
    private Future<Opened> connection;
    private Future<Response> last = Future.succeededFuture();

    /** @param id of the connection on the server; empty if it is not known */
    private record Opened(RedisConnection connection, String id) {
    }

    /** @param type of the client @param limit after which a command is not waited for any more */
    ConsoleSession(Vertx vertx, MultiplexedRedis client, RedisClientType type, Duration limit) {
        this.vertx = vertx;
        this.client = client;
        this.type = type;
        this.limit = limit;
    }

    synchronized Future<Response> send(CommandLine line) {
        boolean repliesOff = line.keyword(0).equals("CLIENT") && line.keyword(1).equals("REPLY");
        if (UNSUITABLE.contains(line.keyword(0)) || repliesOff) {
            return Future
                    .failedFuture(new IllegalArgumentException("The console is for commands that have one reply. For messages"
                            + " there is the page Subscriptions; for all else use redis-cli"));
        }
        if (line.endsScript()) {
            return client.send(line.request());
        }
        last = last.transform(whatever -> {
            Future<Opened> opening = open();
            return opening.compose(opened -> send(opening, line));
        });
        return last;
    }

    private synchronized Future<Opened> open() {
        if (connection != null) {
            return connection;
        }
        Future<Opened> opening = client.connect().compose(this::identify);
        connection = opening;
        // Not before it is assigned: it may have failed already, and is forgotten then.
        return opening.onFailure(failure -> forget(opening)).onSuccess(
                opened -> opened.connection().endHandler(end -> forget(opening)));
    }

    private synchronized void forget(Future<Opened> lost) {
        if (connection == lost) {
            connection = null;
        }
    }

    private Future<Opened> identify(RedisConnection opened) {
        if (type == RedisClientType.CLUSTER || client.status().nodes().isEmpty()) {
            return Future.succeededFuture(new Opened(opened, ""));
        }
        return opened.send(Request.cmd(Command.CLIENT).arg("ID")).map(id -> new Opened(opened, id.toString()))
                .onFailure(failure -> opened.close());
    }

    private Future<Response> send(Future<Opened> used, CommandLine line) {
        Opened opened = used.result();
        long timer = vertx.setTimer(limit.toMillis(), now -> unblock(opened));
        return opened.connection().send(line.request())
                .timeout(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(result -> vertx.cancelTimer(timer))
                .onFailure(failure -> {
                    // What has not been let in, for want of an argument, has not touched the connection.
                    boolean lost = failure instanceof IOException || failure instanceof CommandFailure
                            || failure instanceof TimeoutException;
                    if (lost) {
                        forget(used);
                        opened.connection().close();
                    }
                })
                .recover(failure -> Future.failedFuture(explained(line, failure)));
    }

    /** The server does not end a script when nobody waits for it any more. */
    private static Throwable explained(CommandLine line, Throwable failure) {
        boolean timedOut = failure instanceof TimeoutException || failure instanceof CommandTimeoutException;
        return timedOut && SCRIPTS.contains(line.keyword(0))
                ? new TimeoutException(failure.getMessage() + ". If it is still running, "
                        + (line.keyword(0).startsWith("F") ? "FUNCTION" : "SCRIPT") + " KILL ends it")
                : failure;
    }

    /** Has the server answer that the command was unblocked; if it is not one that blocks, ends the connection. */
    private void unblock(Opened opened) {
        if (!opened.id().isEmpty()) {
            client.send(Request.cmd(Command.CLIENT).arg("UNBLOCK").arg(opened.id()).arg("ERROR")).onSuccess(unblocked -> {
                if (unblocked.toInteger() == 0) {
                    client.send(Request.cmd(Command.CLIENT).arg("KILL").arg("ID").arg(opened.id()));
                }
            });
        }
    }
}
