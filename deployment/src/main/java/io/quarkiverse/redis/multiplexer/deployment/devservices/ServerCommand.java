package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a server that keeps nothing on disk but what a cluster needs, which is in its folder. */
final class ServerCommand {

    private ServerCommand() {
    }

    /** @param folder the server's own */
    static List<String> of(ServerSettings settings, ServerBinary binary, Path folder, int port) {
        // The last one of two equal options counts: so ours are defaults before the arguments, and fixed after them.
        List<String> command = new ArrayList<>(List.of(binary.executable().toString(), "--save", "", "--appendonly", "no",
                "--dir", folder.toString()));
        command.addAll(settings.shape().defaults(settings.password()));
        command.addAll(settings.arguments());
        command.addAll(settings.shape().fixed());
        command.addAll(List.of("--port", String.valueOf(port), "--bind", LoopbackPort.ADDRESS, "--daemonize", "no",
                "--loglevel", "notice", "--logfile", ""));
        return command;
    }
}
