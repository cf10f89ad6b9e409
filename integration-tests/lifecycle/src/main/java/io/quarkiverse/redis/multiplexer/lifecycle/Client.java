package io.quarkiverse.redis.multiplexer.lifecycle;

import java.util.Locale;

/** Whose clients the driven application has. */
enum Client {

    MULTIPLEXER,
    STOCK;

    /** The line of configuration that makes it so. */
    String configuration() {
        return "quarkus.redis-multiplexer.enabled=" + (this == MULTIPLEXER);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
