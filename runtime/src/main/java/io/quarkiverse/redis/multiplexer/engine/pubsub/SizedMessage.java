package io.quarkiverse.redis.multiplexer.engine.pubsub;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.Multi;

/**
 * A message, and what it takes in memory: found out once for all who hear it.
 *
 * @param bytes about
 */
record SizedMessage(Response message, long bytes) {

    /** About what an element takes in memory besides its bytes. */
    private static final int OVERHEAD_BYTES = 48;

    static SizedMessage of(Response message) {
        return new SizedMessage(message, bytesOf(message));
    }

    private static long bytesOf(Response message) {
        if (message == null) {
            return OVERHEAD_BYTES;
        }
        if (message instanceof Multi && message.isArray()) {
            long sum = OVERHEAD_BYTES;
            for (int i = 0, n = message.size(); i < n; i++) {
                sum += bytesOf(message.get(i));
            }
            return sum;
        }
        if (message.type() == ResponseType.BULK) {
            return OVERHEAD_BYTES + message.toBytes().length;
        }
        return OVERHEAD_BYTES + message.toString().length();
    }
}
