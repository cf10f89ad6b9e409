package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.jboss.logging.Logger;

/**
 * A shell between the JVM and its server that sees to it that the server does not outlive the JVM, however that ends.
 * <p>
 * The JVM holds the only writing end of the pipe that is the shell's standard input. When the JVM dies, even of SIGKILL, the
 * kernel closes that end, and the shell kills the server. A line in the pipe asks the server to stop by itself. When the
 * server has ended, whoever ended it, the shell removes the server's folder and exits with its status. (Linux could have the
 * kernel signal the server when its parent dies, but "parent" there is the thread that started it, not the JVM.)
 */
final class ServerGuard implements Lifeline {

    private static final Logger LOG = Logger.getLogger(EmbeddedRedis.LOG_CATEGORY);

    private static final byte[] STOP = "stop\n".getBytes(StandardCharsets.US_ASCII);
    private static final long PATIENCE_SECONDS = 3;

    private static final String NAME = "redis-guard";

    // A file, so that lists of processes show no script, and the server's command line but once. It is removed with the folder.
    private static final String SCRIPT = """
            folder=%s
            # Who ends a whole process group - a terminal, timeout(1), a build server - means the JVM: it needs its server until it
            # has stopped, and the guard is needed until then. So the guard gets a session of its own where that is possible.
            [ "$1" = alone ] || { command -v setsid >/dev/null && exec setsid /bin/sh "$0" alone; }
            set -- %s
            # Only the end of the JVM, and that of the server, end the guard. A trap that does nothing keeps the signal for the
            # server's own use, unlike one that ignores it; but it interrupts "wait".
            trap '' HUP INT QUIT
            trap : TERM
            # The server has signal handlers of its own, so it gets a session of its own where that is possible. This also
            # makes it and its children one group, in case that the executable is a script that starts the server.
            command -v setsid >/dev/null && set -- setsid "$@"
            end() {
                kill -s "$1" -- "-$server" || kill -s "$1" "$server"
            }
            # What runs in the background has no standard input unless it is given one.
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            # The output is the server's alone: to write there when the JVM does not read any more would be our end.
            exec >/dev/null 2>&1
            {
                trap '' TERM
                if read -r line; then
                    end TERM
                    read -r line
                fi
                end KILL
            } <&3 3<&- &
            watcher=$!
            while :; do
                wait "$server"
                status=$?
                kill -s 0 "$server" || break
            done
            kill -s KILL "$watcher"
            kill -s KILL -- "-$server"
            rm -rf "$folder"
            exit "$status"
            """;

    @Override
    public List<String> command(Path folder, List<String> server) throws IOException {
        Path script = folder.resolve(NAME);
        Files.writeString(script, SCRIPT.formatted(quote(folder.toString()),
                server.stream().map(ServerGuard::quote).collect(Collectors.joining(" "))));
        return List.of("/bin/sh", script.toString());
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    @Override
    public void started(Process process) {
        // The pipe is there from the start.
    }

    @Override
    public void end(Process process) throws InterruptedException {
        try (OutputStream pipe = process.getOutputStream()) {
            pipe.write(STOP);
            pipe.flush();
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            LOG.debug("The server has ended before it was asked to", e);
        }
        // The pipe is closed now.
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        // In case that somebody has tampered with the shell.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
