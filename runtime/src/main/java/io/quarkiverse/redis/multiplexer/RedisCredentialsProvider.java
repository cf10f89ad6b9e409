package io.quarkiverse.redis.multiplexer;

import io.vertx.core.Future;

/**
 * Gives the credentials for each connection that is made, and again before those with a known end have expired: so
 * passwords that change, and tokens that live for an hour, cost neither a restart nor a command.
 */
@FunctionalInterface
public interface RedisCredentialsProvider {

    /**
     * Called on event loops: must not block.
     *
     * @return may be completed on any thread; if it is not within the connect timeout, or fails, the attempt has failed
     */
    Future<RedisCredentials> get();
}
