package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.nio.file.Path;
import java.util.List;

import org.jboss.logging.Logger;

/**
 * Ends the server when the JVM shuts down: for Windows, where there is no shell to {@linkplain ServerGuard guard} it. A JVM
 * that is killed there leaves its server behind.
 */
final class ShutdownHook implements Lifeline {

    private static final Logger LOG = Logger.getLogger(EmbeddedRedis.LOG_CATEGORY);

    private Thread hook;

    @Override
    public List<String> command(Path folder, List<String> server) {
        return server;
    }

    @Override
    public void started(Process process) {
        hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void end(Process process) throws InterruptedException {
        process.destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("The JVM is shutting down, and runs the hook that ends the server", e);
        }
        process.waitFor();
    }
}
