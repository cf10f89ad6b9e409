package io.quarkiverse.redis.multiplexer.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports that nobody listens on. They are below those that systems give to connections: so no connection has one when a server
 * begins to listen on it, or does so again, and nobody who tries to connect to a server that is away is connected to itself.
 */
final class FreePort {

    /** On Linux connections have 32,768 and more, elsewhere 49,152 and more. */
    private static final int BEGIN = 10_001;
    private static final int END = 22_768;
    private static final int CLUSTER_BUS_OFFSET = 10_000;
    private static final int ATTEMPTS = 1000;

    private FreePort() {
    }

    /** Any one. */
    static int any() {
        return random(1);
    }

    /** One for a node of a cluster: they talk to each other on a second port, which Redis 6 cannot be told. */
    static int forCluster() {
        return random(2);
    }

    private static int random(int count) {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(BEGIN, END)).limit(ATTEMPTS)
                .filter(port -> IntStream.range(0, count).allMatch(i -> isFree(port + i * CLUSTER_BUS_OFFSET)))
                .findFirst().orElseThrow(() -> new IllegalStateException("There are no free ports"));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
