package io.quarkiverse.redis.multiplexer.nativeimage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** An application in a process of its own, which listens on a free port. What it logs goes to a file. */
final class RunningApplication implements AutoCloseable {

    private static final long POLL_MILLIS = 2;
    private static final int STOP_SECONDS = 10;
    private static final int LAST_LINES = 10;

    private final Process process;
    private final int port;
    private final Path log;
    private final Http http;
    private final long begin;
    private Duration firstAnswer;

    private RunningApplication(Program program, Map<String, String> configuration, int port, Path log)
            throws IOException, InterruptedException {
        this.port = port;
        this.log = log;
        this.http = new Http(URI.create("http://localhost:" + port));
        ProcessBuilder builder = new ProcessBuilder(program.command(configuration)).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // Also, what the first request of this JVM has to load is there when time begins to count.
        Failed.unless(!http.isAnswered(), "somebody else listens on port " + port);
        this.begin = System.nanoTime();
        this.process = builder.start();
    }

    /**
     * Starts it, and returns when it has answered for the first time.
     *
     * @param path what it is asked for until it answers with status 200
     * @throws Failed if it ends, or does not answer within {@code patience}
     */
    static RunningApplication start(Program program, Map<String, String> configuration, String path, Path log,
            Duration patience) throws IOException, InterruptedException {
        int port = RedisServer.freePort();
        Map<String, String> all = new LinkedHashMap<>(configuration);
        all.put("quarkus.http.port", String.valueOf(port));
        Files.createDirectories(log.getParent());
        RunningApplication application = new RunningApplication(program, all, port, log);
        try {
            application.awaitAnswer(path, patience);
            return application;
        } catch (InterruptedException | RuntimeException e) {
            application.close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    Http http() {
        return http;
    }

    /** From its start. */
    Duration firstAnswer() {
        return firstAnswer;
    }

    /** Of the process and of those that it has started. */
    long residentBytes() throws IOException {
        long bytes = Memory.residentBytes(process.toHandle());
        for (ProcessHandle child : process.descendants().toList()) {
            bytes += Memory.residentBytes(child);
        }
        return bytes;
    }

    /** @throws Failed if the process has ended, with what it said last */
    void assertAlive() {
        if (!process.isAlive()) {
            throw new Failed("it has ended with exit code " + process.exitValue() + ": " + lastLines());
        }
    }

    private void awaitAnswer(String path, Duration patience) throws InterruptedException {
        long deadline = begin + patience.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            assertAlive();
            try {
                Http.Answer answer = http.get(path);
                if (answer.status() == 200) {
                    firstAnswer = Duration.ofNanos(System.nanoTime() - begin);
                    return;
                }
                last = answer.toString();
            } catch (IOException e) {
                last = e.toString();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new Failed("it does not answer GET " + path + " on the port of -Dquarkus.http.port within " + patience.toSeconds()
                + " s, but " + last + ": " + lastLines());
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Asks it to stop, and makes it if it does not. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
