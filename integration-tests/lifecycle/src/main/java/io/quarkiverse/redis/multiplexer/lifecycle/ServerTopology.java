package io.quarkiverse.redis.multiplexer.lifecycle;

import java.util.Locale;

/** What the driven application's clients are clients of. */
enum ServerTopology {

    STANDALONE {
        @Override
        Places start() {
            return new Databases();
        }
    },
    CLUSTER {
        @Override
        Places start() {
            return new Clusters();
        }
    };

    abstract Places start();

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
