package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.engine.settings.Printable;

/**
 * A running server. It lives until it is {@linkplain #stop() stopped}, ends by itself, or the JVM ends. A thread of its own
 * reads its log until its end.
 */
final class ServerProcess {

    private static final Logger LOG = Logger.getLogger(EmbeddedRedis.LOG_CATEGORY);

    // The first is of servers, the second of sentinels.
    private static final List<String> READY = List.of("eady to accept connections", "Sentinel ID is");
    private static final int LAST_LINES = 20;
    // The log ends with the server, unless somebody else has got hold of its output.
    private static final long LOG_END_MILLIS = 1000;
    // A mistake in the arguments is logged with the offending argument, which may hold a password.
    private static final String OFFENDING_ARGUMENT = "^(>>> '\\S+).*";

    private final String name;
    private final Lifeline lifeline;
    private final Process process;
    private final Thread reader;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile boolean stopping;

    private ServerProcess(String name, Lifeline lifeline, Process process) {
        this.name = name;
        this.lifeline = lifeline;
        this.process = process;
        this.reader = new Thread(this::readLog, "Dev Services log of " + name);
        this.reader.setDaemon(true);
    }

    /**
     * Starts a server, which will accept connections when it is {@linkplain #awaitReady ready}.
     *
     * @param name what messages call what it is for
     * @param folder the server's own
     * @throws IOException if there is no such executable
     */
    static ServerProcess launch(String name, Path folder, List<String> command) throws IOException {
        Lifeline lifeline = Lifeline.create();
        Process process = new ProcessBuilder(lifeline.command(folder, command)).redirectErrorStream(true).start();
        lifeline.started(process);
        ServerProcess server = new ServerProcess(name, lifeline, process);
        server.reader.start();
        return server;
    }

    /**
     * Returns when it accepts connections.
     *
     * @throws IOException if it does not; no process is left then. The message ends with the last lines of its log.
     */
    void awaitReady(Duration timeout) throws IOException {
        try {
            ready.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            stop();
            throw new IOException(
                    "it is not ready after " + timeout.toMillis() + " ms (quarkus.devservices.timeout)" + log(), e);
        } catch (ExecutionException e) {
            // Without the stack of the thread that has read the log, which tells nothing.
            throw new IOException(e.getCause().getMessage(), e.getCause().getCause());
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it started", e);
        }
    }

    private void readLog() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line; (line = lines.readLine()) != null;) {
                append(Printable.text(line.replaceFirst(OFFENDING_ARGUMENT, "$1 ...'")));
                if (READY.stream().anyMatch(line::contains)) {
                    ready.complete(null);
                }
            }
            ended(process.waitFor());
        } catch (IOException e) {
            LOG.debugf(e, "The log of the server for %s is closed", name);
            ready.completeExceptionally(new IOException("its log cannot be read", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ready.completeExceptionally(new IOException("its log is not read any more", e));
        }
    }

    private synchronized void append(String line) {
        LOG.debugf("%s: %s", name, line);
        lastLines.add(line);
        if (lastLines.size() > LAST_LINES) {
            lastLines.remove();
        }
    }

    private void ended(int status) {
        String message = "it has ended with status " + status + log();
        if (ready.completeExceptionally(new IOException(message)) || stopping) {
            return;
        }
        if (status == 0) {
            LOG.infof("The server for %s has ended", name);
        } else {
            LOG.errorf("The server for %s does not run any more: %s", name, message);
        }
    }

    private synchronized String log() {
        return lastLines.isEmpty() ? ". It has logged nothing."
                : ". Its log ends with:" + System.lineSeparator() + String.join(System.lineSeparator(), lastLines);
    }

    /** Stops the server, and returns when it has ended. Does nothing if it has. */
    void stop() {
        stopping = true;
        try {
            lifeline.end(process);
            reader.join(LOG_END_MILLIS);
        } catch (InterruptedException e) {
            // Whoever interrupts is in a hurry, but a server must not be left behind.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
