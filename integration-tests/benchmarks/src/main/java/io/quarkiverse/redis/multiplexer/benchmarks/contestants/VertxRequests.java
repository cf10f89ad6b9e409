package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.function.Supplier;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** The requests of those operations that are one command. */
final class VertxRequests {

    private VertxRequests() {
    }

    /** @return makes a new one for each call; of a pipeline, one for each of its commands */
    static Supplier<Request> of(Operation operation) {
        byte[] key = operation.keyBytes();
        switch (operation.kind()) {
            case GET:
                return () -> Request.cmd(Command.GET).arg(key);
            case SET:
                byte[] value = operation.valueBytes();
                return () -> Request.cmd(Command.SET).arg(key).arg(value);
            case MGET:
                byte[][] keys = operation.keysBytes();
                return () -> {
                    Request request = Request.cmd(Command.MGET);
                    for (byte[] each : keys) {
                        request.arg(each);
                    }
                    return request;
                };
            case EVAL:
                byte[] script = Operation.bytes(Operation.SCRIPT);
                return () -> Request.cmd(Command.EVAL).arg(script).arg(1).arg(key);
            case XADD, XADD_PIPELINE:
                byte[] entry = operation.valueBytes();
                return () -> Request.cmd(Command.XADD).arg(key).arg("MAXLEN").arg("~").arg(Operation.MAX_ENTRIES).arg("*")
                        .arg(Operation.FIELD).arg(entry);
            default:
                throw new IllegalArgumentException(operation.toString());
        }
    }
}
