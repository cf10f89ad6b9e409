package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.List;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * A transaction on a connection of {@link Redis#connect}, which is given back behind it: each command is sent when the one
 * before has been answered, as Quarkus' data sources do it.
 */
final class ConnectionTransaction {

    private final Redis redis;
    private final List<byte[]> keys;

    ConnectionTransaction(Redis redis, Operation operation) {
        this.redis = redis;
        this.keys = operation.keys().stream().map(Operation::bytes).toList();
    }

    Future<Response> run() {
        return redis.connect().compose(connection -> executed(connection).eventually(() -> connection.close()));
    }

    private Future<Response> executed(RedisConnection connection) {
        Future<Response> latest = connection.send(Request.cmd(Command.MULTI));
        for (byte[] key : keys) {
            latest = latest.compose(answer -> connection.send(Request.cmd(Command.INCR).arg(key)));
        }
        return latest.compose(queued -> connection.send(Request.cmd(Command.EXEC)));
    }
}
