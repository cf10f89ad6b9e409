package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a server that keeps nothing on disk but what a cluster needs, which is in its folder. */
final class ServerCommand {

    private ServerCommand() {
    }

    /** @param folder the server's own */
    static List<String> of(ServerSettings settings, ServerBinary binary, Path folder, int port) throws IOException {
        // The last one of two equal options counts: so ours are defaults before the arguments, and fixed after them.
        List<String> command = new ArrayList<>(List.of(binary.executable().toString()));
        command.addAll(nothing("save", folder));
        command.addAll(List.of("--appendonly", "no", "--dir", folder.toString()));
        command.addAll(settings.shape().defaults(settings.password()));
        command.addAll(settings.arguments());
        command.addAll(settings.shape().fixed());
        command.addAll(List.of("--port", String.valueOf(port), "--bind", LoopbackPort.ADDRESS, "--daemonize", "no",
                "--loglevel", "notice"));
        command.addAll(nothing("logfile", folder));
        return command;
    }

    /** By a file: scripts that start a server, such as redis-stack-server, hand on no argument that is empty. */
    private static List<String> nothing(String option, Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve(option + ".conf"), option + " \"\"\n");
        return List.of("--include", file.toString());
    }
}
