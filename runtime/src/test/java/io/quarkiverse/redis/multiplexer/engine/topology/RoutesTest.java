package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

        HandLane(String name) {
            super(null, null);
            this.name = name;
        }

        @Override
        void take(PendingCommand command) {
        }

        @Override
        void flush(long now, long waitedNanos) {
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
    void aLaneIsFlushedOnceHoweverMuchItIsGiven() {
        RoutedLane primary = new HandLane("primary");
        routes.give(primary, null);
        routes.give(primary, null);
        routes.flush(1, 10);
        routes.flush(2, 20);
        assertEquals(List.of("primary 10"), flushed);
    }

    @Test
    void aLaneThatHadNoMemoryForACommandIsFlushedWithTheNext() {
        Error none = new OutOfMemoryError("by hand");
        List<Error> thrown = new ArrayList<>(List.of(none));
        RoutedLane scarce = new HandLane("scarce") {
            @Override
            void take(PendingCommand command) {
                if (!thrown.isEmpty()) {
                    throw thrown.remove(0);
                }
            }
        };
        assertSame(none, assertThrows(Error.class, () -> routes.give(scarce, null)));
        routes.give(scarce, null);
        routes.flush(1, 10);
        routes.give(scarce, null);
        routes.flush(2, 20);
        assertEquals(List.of("scarce 10", "scarce 20"), flushed);
    }

    @Test
    void whatALaneThrowsKeepsNeitherOthersNorItselfFromBeingFlushed() {
        RoutedLane scarce = new HandLane("scarce") {
            @Override
            void flush(long now, long waitedNanos) {
                super.flush(now, waitedNanos);
                throw new OutOfMemoryError("by hand");
            }
        };
        routes.give(scarce, null);
        routes.give(new HandLane("other"), null);
        routes.flush(1, 20);
        routes.give(scarce, null);
        routes.flush(2, 20);
        assertEquals(List.of("scarce 10", "other 10", "scarce 20"), flushed);
    }

    @Test
    void thereMayBeNothingToFlush() {
        routes.flush(1, 10);
        assertEquals(List.of(), flushed);
    }
}
