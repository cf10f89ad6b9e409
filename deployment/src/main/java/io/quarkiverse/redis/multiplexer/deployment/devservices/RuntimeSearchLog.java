package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What Testcontainers logs when it looks for a container runtime. In dev mode Quarkus has it look at each start and reload, to
 * describe Dev Services that are no containers, too; where there is no trace of one, nobody can do anything about the ERROR
 * that
 * it logs then. A filter of Quarkus' logging does not stop errors.
 */
final class RuntimeSearchLog {

    private static final String PACKAGE = "org.testcontainers.";

    /** Loggers are held, or the settings of theirs could be lost. */
    private static final List<Logger> LOGGERS = List.of(Logger.getLogger(PACKAGE + "DockerClientFactory"),
            Logger.getLogger(PACKAGE + "dockerclient.DockerMachineClientProviderStrategy"),
            Logger.getLogger(PACKAGE + "dockerclient.DockerClientProviderStrategy"));

    private RuntimeSearchLog() {
    }

    /** Stops it, or allows it again. A level that somebody else has set stays as it is when it is allowed. */
    static void allow(boolean allowed) {
        for (Logger logger : LOGGERS) {
            if (!allowed) {
                logger.setLevel(Level.OFF);
            } else if (Level.OFF.equals(logger.getLevel())) {
                logger.setLevel(null);
            }
        }
    }
}
