package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** What of a connection is said to be {@link Publishing}. */
class PublishingTest {

    private final Publishing publishing = new Publishing();

    @Test
    void aTransactionPublishesIfAPartOfItDoes() {
        assertFalse(publishes(Command.MULTI));
        assertFalse(publishes(Command.INCR));
        assertFalse(publishes(Command.EXEC));
        for (Command command : List.of(Command.PUBLISH, Command.SPUBLISH, Command.EVAL, Command.EVALSHA, Command.FCALL)) {
            assertFalse(publishes(Command.MULTI));
            assertTrue(publishes(command), command.toString());
            assertFalse(publishes(Command.INCR));
            assertTrue(publishes(Command.EXEC), command.toString());
            assertFalse(publishes(Command.EXEC), "The next one is another one");
        }
    }

    @Test
    void batchesAreLookedThroughInTheirOrder() {
        assertFalse(publishes(Command.MULTI, Command.SET, Command.EXEC));
        assertTrue(publishes(Command.MULTI, Command.PUBLISH, Command.EXEC));
        assertFalse(publishes(Command.EXEC));
        assertTrue(publishes(Command.MULTI, Command.PUBLISH));
        assertTrue(publishes(Command.EXEC, Command.GET));
        assertFalse(publishes(Command.EXEC));
    }

    @Test
    void oneThatIsDiscardedMayBeTakenForPartOfTheNext() {
        assertTrue(publishes(Command.PUBLISH));
        assertFalse(publishes(Command.DISCARD));
        assertTrue(publishes(Command.EXEC), "It waits in vain, which does no harm");
    }

    private boolean publishes(Command... commands) {
        return publishing.mayPublish(Stream.of(commands).map(Request::cmd).toList());
    }
}
