package io.quarkiverse.redis.multiplexer.engine;

import java.util.List;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/**
 * Everything that a client was told. Nothing of it changes during a generation.
 *
 * @param name the client's name
 */
record ClientSettings(String name, RedisOptions redis, MultiplexerOptions multiplexer) {

    /**
     * Copies the options, so that later changes to them have no effect.
     *
     * @throws IllegalArgumentException if something is out of its range; the message lists all that is
     */
    static ClientSettings of(String name, RedisOptions redis, MultiplexerOptions multiplexer) {
        List<String> problems = multiplexer.problems();
        if (redis.getType() == RedisClientType.STANDALONE) {
            try {
                NodeAddress.of(redis);
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("Redis client '" + name + "': " + String.join("; ", problems));
        }
        RedisOptions copy = new RedisOptions(redis).setEndpoints(List.copyOf(redis.getEndpoints()));
        return new ClientSettings(name, copy, new MultiplexerOptions(multiplexer));
    }

    /** How often deadlines are looked at: precise enough for the shortest timeout, seldom enough to cost nothing. */
    long clockPeriodMillis() {
        return Math.max(5, Math.min(100,
                Math.min(multiplexer.getCommandTimeout().toMillis(), multiplexer.getLivenessTimeout().toMillis()) / 10));
    }

    Backoff backoff() {
        return new Backoff(multiplexer.getReconnectInitial(), multiplexer.getReconnectMax());
    }
}
