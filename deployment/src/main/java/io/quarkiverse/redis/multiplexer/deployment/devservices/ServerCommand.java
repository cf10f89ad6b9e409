package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a server that keeps nothing on disk but what a cluster needs, which is in its folder. */
final class ServerCommand {

    // The node timeout is shorter than the servers' own of 15 s, so that failovers can be tried out; and a replica gets its
    // primary's data at once, and is told of at once.
    private static final List<String> CLUSTER_DEFAULTS = List.of("--cluster-node-timeout", "5000",
            "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1", "--cluster-replica-validity-factor", "0");
    private static final List<String> CLUSTER = List.of("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf",
            "--cluster-announce-ip", LoopbackPort.ADDRESS);

    private ServerCommand() {
    }

    /** @param folder the server's own */
    static List<String> of(ServerSettings settings, ServerBinary binary, Path folder, int port) {
        // The last one of two equal options counts: so ours are defaults before the arguments, and fixed after them.
        List<String> command = new ArrayList<>(List.of(binary.executable().toString(), "--save", "", "--appendonly", "no",
                "--dir", folder.toString()));
        if (settings.cluster().isPresent()) {
            command.addAll(CLUSTER_DEFAULTS);
            settings.password().ifPresent(password -> command.addAll(List.of("--masterauth", password)));
        }
        command.addAll(settings.arguments());
        if (settings.cluster().isPresent()) {
            command.addAll(CLUSTER);
        }
        command.addAll(List.of("--port", String.valueOf(port), "--bind", LoopbackPort.ADDRESS, "--daemonize", "no",
                "--loglevel", "notice", "--logfile", ""));
        return command;
    }
}
