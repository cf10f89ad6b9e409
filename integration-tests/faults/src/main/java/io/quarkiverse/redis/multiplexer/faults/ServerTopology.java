package io.quarkiverse.redis.multiplexer.faults;

/** What a client is a client of. */
enum ServerTopology {
    standalone,
    cluster
}
