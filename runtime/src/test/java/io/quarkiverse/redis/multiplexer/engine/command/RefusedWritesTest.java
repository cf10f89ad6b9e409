package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

class RefusedWritesTest {

    private final RefusedWrites writes = new RefusedWrites();

    private static SingleCommand command(Command command, String... arguments) {
        Request request = Request.cmd(command);
        for (String argument : arguments) {
            request.arg(argument);
        }
        return new SingleCommand(request, Promise.promise(), CommandReport.NONE);
    }

    @Test
    void readsOfTheirKeysAreConcerned() {
        assertFalse(writes.concern(command(Command.GET, "a")));
        assertTrue(writes.add(command(Command.SET, "a", "1")));
        assertFalse(writes.add(command(Command.SET, "b", "1")));
        assertTrue(writes.concern(command(Command.GET, "a")));
        assertTrue(writes.concern(command(Command.MGET, "c", "b")));
        assertFalse(writes.concern(command(Command.MGET, "c", "d")));
    }

    @Test
    void readsThatWereRefusedCountForNothing() {
        assertFalse(writes.add(command(Command.GET, "a")));
        assertFalse(writes.concern(command(Command.GET, "a")));
        assertTrue(writes.add(command(Command.SET, "b", "1")));
    }

    /** Nobody knows what they write. */
    @Test
    void afterAScriptAnyReadIsConcerned() {
        writes.add(command(Command.create("MODULE.COMMAND"), "a"));
        assertTrue(writes.concern(command(Command.GET, "b")));
    }
}
