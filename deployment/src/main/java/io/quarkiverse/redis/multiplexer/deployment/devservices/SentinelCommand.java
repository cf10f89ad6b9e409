package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a sentinel, and its file, in which it finds all servers and all other sentinels: to get to know them by
 * itself takes it seconds.
 */
final class SentinelCommand {

    private static final String FILE = "sentinel.conf";
    // As in a cluster: shorter than the sentinels' own 30 s and 3 minutes, so that failovers can be tried out.
    private static final int DOWN_AFTER_MILLIS = 5_000;
    private static final int FAILOVER_TIMEOUT_MILLIS = 10_000;
    // There is no other way to write these between quotes.
    private static final String ESCAPED = "\\x%02x";
    private static final int FIRST_PLAIN = 0x20;
    private static final int LAST_PLAIN = 0x7e;

    private SentinelCommand() {
    }

    /**
     * Writes the file, which the sentinel changes.
     *
     * @param folder the sentinel's own
     */
    static List<String> of(ServerSettings settings, ServerBinary binary, Watch watch, Path folder, int port)
            throws IOException {
        Path file = folder.resolve(FILE);
        Files.write(file, lines(settings, watch, port));
        return List.of(binary.executable().toString(), file.toString(), "--sentinel", "--port", String.valueOf(port), "--bind",
                LoopbackPort.ADDRESS, "--dir", folder.toString(), "--daemonize", "no", "--loglevel", "notice", "--logfile", "");
    }

    private static List<String> lines(ServerSettings settings, Watch watch, int port) {
        List<String> lines = new ArrayList<>();
        lines.add("sentinel myid " + id(port));
        lines.add("sentinel monitor " + watch.name() + ' ' + address(watch.primary()) + ' ' + watch.quorum());
        lines.add("sentinel down-after-milliseconds " + watch.name() + ' ' + DOWN_AFTER_MILLIS);
        lines.add("sentinel failover-timeout " + watch.name() + ' ' + FAILOVER_TIMEOUT_MILLIS);
        settings.password().map(SentinelCommand::quote).ifPresent(password -> {
            lines.add("requirepass " + password);
            lines.add("sentinel auth-pass " + watch.name() + ' ' + password);
        });
        watch.replicas().forEach(replica -> lines.add("sentinel known-replica " + watch.name() + ' ' + address(replica)));
        watch.sentinels().stream().filter(other -> other != port).forEach(
                other -> lines.add("sentinel known-sentinel " + watch.name() + ' ' + address(other) + ' ' + id(other)));
        return lines;
    }

    private static String address(int port) {
        return LoopbackPort.ADDRESS + ' ' + port;
    }

    /** The forty digits that sentinels know each other by. */
    private static String id(int port) {
        return "%040x".formatted(port);
    }

    private static String quote(String word) {
        StringBuilder quoted = new StringBuilder("\"");
        for (byte each : word.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = each >= FIRST_PLAIN && each <= LAST_PLAIN && each != '"' && each != '\\';
            quoted.append(plain ? String.valueOf((char) each) : ESCAPED.formatted(each));
        }
        return quoted.append('"').toString();
    }
}
