package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The arguments of servers that replicate each other: each of them may be a replica one day. */
final class ReplicationArguments {

    // A replica gets its primary's data at once, and is told of at once.
    private static final List<String> DEFAULTS = List.of("--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1");

    private ReplicationArguments() {
    }

    /** @param password that all of them require */
    static List<String> defaults(Optional<String> password) {
        List<String> arguments = new ArrayList<>(DEFAULTS);
        password.ifPresent(secret -> arguments.addAll(List.of("--masterauth", secret)));
        return arguments;
    }
}
