package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

/** What somebody subscribes to: a channel, or a pattern. */
public record Topic(Kind kind, String name) {

    /** With SUBSCRIBE or PSUBSCRIBE. */
    public enum Kind {
        CHANNEL,
        PATTERN
    }
}
