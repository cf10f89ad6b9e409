package io.quarkiverse.redis.multiplexer.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

class LargeRepliesTest {

    private final LargeReplies large = new LargeReplies();

    private static SingleCommand command(Command command, Object... arguments) {
        return new SingleCommand(Request.cmd(command, arguments), Promise.promise(), CommandReport.NONE);
    }

    @Test
    void equalRequestsAreTheSame() {
        assertTrue(large.isEmpty());
        large.add(command(Command.LRANGE, "list", 0, -1));
        assertTrue(large.contains(command(Command.LRANGE, "list", 0, -1)));
        assertFalse(large.isEmpty());
    }

    @Test
    void otherRequestsAreNot() {
        large.add(command(Command.LRANGE, "list", 0, -1));
        assertFalse(large.contains(command(Command.LRANGE, "list", 0, 1)));
        assertFalse(large.contains(command(Command.LRANGE, "other", 0, -1)));
        assertFalse(large.contains(command(Command.GET, "list")));
    }

    @Test
    void whatIsRemovedIsForgotten() {
        large.add(command(Command.GET, "a"));
        large.remove(command(Command.GET, "b"));
        assertTrue(large.contains(command(Command.GET, "a")));
        large.remove(command(Command.GET, "a"));
        large.remove(command(Command.GET, "a"));
        assertFalse(large.contains(command(Command.GET, "a")));
        assertTrue(large.isEmpty());
    }

    @Test
    void newRequestsTakeThePlaceOfOldOnes() {
        for (int i = 0; i < 100_000; i++) {
            large.add(command(Command.GET, "key" + i));
            assertTrue(large.contains(command(Command.GET, "key" + i)));
        }
        for (int i = 0; i < 100_000; i++) {
            large.remove(command(Command.GET, "key" + i));
        }
        assertTrue(large.isEmpty());
    }
}
