package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * {@link Routes}: every {@link RoutedLane} that has been given something is flushed. The rest is in {@link ClusterLoopTest}.
 */
class RoutesTest {

    private final Routes routes = new Routes(null, null, null);
    private final List<String> flushed = new ArrayList<>();

    /** A lane without a connection, which remembers what it is told. */
    private class HandLane extends RoutedLane {

        private final String name;
        private boolean given;

        HandLane(String name) {
            super(null, null);
            this.name = name;
        }

        @Override
        boolean take(PendingCommand command) {
            boolean first = !given;
            given = true;
            return first;
        }

        @Override
        void flush(long now, long waitedNanos) {
            given = false;
            flushed.add(name + " " + waitedNanos);
        }

        @Override
        public boolean takes(PendingCommand command, ErrorType error) {
            return false;
        }

        @Override
        public void onProgress() {
        }
    }

    @Test
    void whatIsGivenWhileOthersAreFlushedIsFlushedToo() {
        RoutedLane primary = new HandLane("primary");
        RoutedLane replica = new HandLane("replica") {
            @Override
            void flush(long now, long waitedNanos) {
                super.flush(now, waitedNanos);
                routes.give(primary, null);
            }
        };
        routes.give(replica, null);
        routes.flush(1, 10);
        assertEquals(List.of("replica 10", "primary 10"), flushed);
        routes.give(primary, null);
        routes.flush(2, 20);
        assertEquals(List.of("replica 10", "primary 10", "primary 20"), flushed);
    }

    @Test
    void thereMayBeNothingToFlush() {
        routes.flush(1, 10);
        assertEquals(List.of(), flushed);
    }
}
