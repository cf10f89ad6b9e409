package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Reads one new entry of a stream for its group, and acknowledges it. */
final class VertxConsumer {

    private static final byte[] GROUP = Operation.bytes(Operation.GROUP);

    private final Redis redis;
    private final String key;
    private final boolean blocking;
    private final byte[] name = Operation.bytes(UniqueNames.next("consumer"));

    VertxConsumer(Redis redis, Operation operation) {
        this.redis = redis;
        this.key = operation.key();
        this.blocking = operation.kind() == Operation.Kind.CONSUME;
    }

    /** @return the value of the entry */
    Future<Response> run() {
        return redis.send(read()).compose(reply -> {
            Response entry = (reply.isMap() ? reply.get(key) : reply.get(0).get(1)).get(0);
            return redis.send(Request.cmd(Command.XACK).arg(key).arg(GROUP).arg(entry.get(0).toBytes()))
                    .map(acknowledged -> entry.get(1).get(1));
        });
    }

    private Request read() {
        Request read = Request.cmd(Command.XREADGROUP).arg("GROUP").arg(GROUP).arg(name).arg("COUNT").arg(1);
        if (blocking) {
            read.arg("BLOCK").arg(Operation.PATIENCE_SECONDS * 1000);
        }
        return read.arg("STREAMS").arg(key).arg(">");
    }
}
