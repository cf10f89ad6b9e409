package io.quarkiverse.redis.multiplexer.monitored;

/** @param origin whether it was in the cache, was computed, or was computed because the cache could not be asked */
public record Price(String article, long cents, Origin origin) {

    /** Where a price comes from. */
    public enum Origin {
        CACHED,
        COMPUTED,
        WITHOUT_CACHE
    }
}
