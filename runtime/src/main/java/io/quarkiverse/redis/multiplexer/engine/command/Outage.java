package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.Optional;

/**
 * How many of the servers that commands go to cannot be reached, as far as a client knows. Servers that are there for reads
 * only do not count.
 *
 * @param cause why one of them cannot; empty if there is no outage
 */
public record Outage(Extent extent, Optional<Throwable> cause) {

    public static final Outage NONE = new Outage(Extent.NONE, Optional.empty());

    public enum Extent {
        /** Nothing is known to be away. */
        NONE,
        /** Some are away, and others are not known to be. */
        PARTIAL,
        /** All are away. */
        TOTAL
    }

    /** That of a client with one server that commands go to. @param cause why it cannot be reached; empty if it can */
    public static Outage of(Optional<Throwable> cause) {
        return cause.isPresent() ? new Outage(Extent.TOTAL, cause) : NONE;
    }

    /** That of a client with several of them. @param causes why some cannot be reached @param servers how many there are */
    public static Outage of(List<Throwable> causes, int servers) {
        return causes.isEmpty() ? NONE
                : new Outage(causes.size() == servers ? Extent.TOTAL : Extent.PARTIAL, Optional.of(causes.get(0)));
    }

    /** Why servers cannot be reached, if they are so many; else empty. */
    public Optional<Throwable> causeIf(Extent wanted) {
        return extent == wanted ? cause : Optional.empty();
    }
}
