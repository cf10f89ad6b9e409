package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Ties the life of a server to that of the JVM. One object per server. */
interface Lifeline {

    static Lifeline create() {
        return System.getProperty("os.name").startsWith("Windows") ? new ShutdownHook() : new ServerGuard();
    }

    /**
     * The command line that runs the server.
     *
     * @param folder the server's own
     * @throws IOException if nothing can be written there
     */
    List<String> command(Path folder, List<String> server) throws IOException;

    /** That command has been started. */
    void started(Process process);

    /** Ends the server, kindly at first, and returns when it has ended. Does nothing if it has. */
    void end(Process process) throws InterruptedException;
}
