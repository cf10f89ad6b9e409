package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.nio.file.Path;
import java.util.List;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/** Finds the Unix sockets of servers, past any client. */
final class UnixSockets {

    private UnixSockets() {
    }

    /** Where the server on this port listens besides. */
    static Path of(int port) {
        try (RespClient server = new RespClient(port)) {
            return Path.of(setting(server, "unixsocket"));
        }
    }

    private static String setting(RespClient server, String name) {
        return (String) ((List<?>) server.call("CONFIG", "GET", name)).get(1);
    }
}
