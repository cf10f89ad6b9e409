package io.quarkiverse.redis.multiplexer.lifecycle;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.quarkiverse.redis.multiplexer.test.Progress;

/**
 * A short slice of what the command does, without the comparison with an application that does not use Redis: a few reloads
 * say little about the heap. The figures of a whole run are in the documentation.
 */
class LifecycleTest {

    private static final int RELOADS = 3;
    private static final long SHUTDOWN_TIMEOUT_MILLIS = 2000;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void theClientSurvivesEveryRestart() throws Exception {
        Path project = Path.of("../..").toRealPath();
        Summary summary = new Lifecycle(project, Client.MULTIPLEXER, ServerTopology.STANDALONE,
                new Progress(new PrintWriter(System.err)))
                .run(RELOADS, 2, 1, false);
        assertAll(summary.toString(),
                () -> assertEquals(RELOADS, summary.reloads()),
                () -> assertTrue(summary.requests() > 100),
                () -> assertEquals(0, summary.hung(), "hung"),
                () -> assertEquals(0, summary.errors(), "errors"),
                () -> assertEquals(0, summary.heldErrors(), "errors of held clients"),
                () -> assertEquals(summary.connectionsFirst(), summary.connectionsLast(), "connections"),
                () -> assertEquals(summary.threadsFirst(), summary.threadsLast(), "threads"),
                () -> assertEquals(summary.timersFirst(), summary.timersLast(), "timers"),
                () -> assertEquals(summary.generationsFirst(), summary.generationsLast(), "generations"),
                () -> assertTrue(summary.stopBlpopMs() < 1000, "stop with a BLPOP in flight"),
                () -> assertTrue(summary.evalFinished(), "a slow EVAL at the stop"),
                () -> assertTrue(summary.stopPausedMs() < SHUTDOWN_TIMEOUT_MILLIS + 1000, "stop with a paused server"),
                () -> assertEquals(1000, summary.pausedCommandsFailed(), "commands behind a paused server"),
                () -> assertEquals(summary.switchConnectionsFirst(), summary.switchConnectionsLast(),
                        "connections after switches"),
                () -> assertTrue(summary.continuousConnectionsKept() > 0,
                        "the application's client during continuous testing"));
    }
}
