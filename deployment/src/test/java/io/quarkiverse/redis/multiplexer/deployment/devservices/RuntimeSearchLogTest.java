package io.quarkiverse.redis.multiplexer.deployment.devservices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.logging.Level;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RuntimeSearchLogTest {

    private final Logger logger = Logger.getLogger("org.testcontainers.dockerclient.DockerClientProviderStrategy");

    @AfterEach
    void reset() {
        logger.setLevel(null);
    }

    @Test
    void itIsStoppedAndAllowedAgain() {
        RuntimeSearchLog.allow(false);
        assertFalse(logger.isLoggable(Level.SEVERE));
        RuntimeSearchLog.allow(true);
        assertTrue(logger.isLoggable(Level.SEVERE));
    }

    @Test
    void aLevelOfSomebodyElseStays() {
        logger.setLevel(Level.WARNING);
        RuntimeSearchLog.allow(true);
        assertEquals(Level.WARNING, logger.getLevel());
    }
}
