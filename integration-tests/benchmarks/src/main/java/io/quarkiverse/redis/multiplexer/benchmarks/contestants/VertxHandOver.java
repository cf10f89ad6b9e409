package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Two who hand an element over to each other: one pushes it to the queue that the other one waits for, who pushes it to the
 * queue that the first one waits for. The second one does so until the client is closed.
 */
final class VertxHandOver {

    private final Redis redis;
    private final byte[] there;
    private final byte[] back;
    private final byte[] element;

    VertxHandOver(Redis redis, Operation operation) {
        this.redis = redis;
        this.there = Operation.bytes(UniqueNames.next(operation.key() + ":there"));
        this.back = Operation.bytes(UniqueNames.next(operation.key() + ":back"));
        this.element = operation.valueBytes();
        returnTheNext();
    }

    private void returnTheNext() {
        pop(there, 0).onSuccess(popped -> {
            push(back, popped.toBytes());
            returnTheNext();
        });
    }

    /** @return the element, when it has come back */
    Future<Response> run() {
        Future<Response> returned = pop(back, Operation.PATIENCE_SECONDS);
        push(there, element);
        return returned;
    }

    private Future<Response> pop(byte[] queue, int seconds) {
        return redis.send(Request.cmd(Command.BLPOP).arg(queue).arg(seconds)).map(popped -> popped.get(1));
    }

    private void push(byte[] queue, byte[] value) {
        redis.send(Request.cmd(Command.RPUSH).arg(queue).arg(value));
    }
}
