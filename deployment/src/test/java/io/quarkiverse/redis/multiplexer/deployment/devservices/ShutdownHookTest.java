package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

/** What ends servers on Windows works everywhere. */
class ShutdownHookTest {

    @Test
    void endsTheServerThatItRunsAsItIs() throws Exception {
        Lifeline lifeline = new ShutdownHook();
        List<String> command = lifeline.command(Path.of("unused"), List.of("sleep", "60"));
        assertEquals(List.of("sleep", "60"), command);
        Process server = new ProcessBuilder(command).start();
        lifeline.started(server);
        lifeline.end(server);
        assertFalse(server.isAlive());
        lifeline.end(server);
    }
}
