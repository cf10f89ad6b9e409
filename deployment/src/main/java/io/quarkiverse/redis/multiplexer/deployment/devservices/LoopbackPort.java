package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback interface. */
final class LoopbackPort {

    /** Where servers listen. Spelled out, as Java's own loopback address may be that of IPv6. */
    static final String ADDRESS = "127.0.0.1";

    static final int LARGEST = 65_535;

    /** Of those that are looked at. On Linux, connections have 32,768 and more; elsewhere 49,152 and more. */
    private static final int FIRST = 10_001;
    private static final int LAST = 32_767 - ClusterShape.BUS_OFFSET;
    private static final int ATTEMPTS = 1000;

    private LoopbackPort() {
    }

    /**
     * One that nobody listens on now. Somebody else may be faster in using it, but no connection is: those have higher ones,
     * so that the server can also be started again there, and nobody is connected to itself while it is away.
     */
    static int free() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (!isTaken(port)) {
                return port;
            }
        }
        throw new IOException("there are no free ports from " + FIRST + " to " + LAST);
    }

    static boolean isTaken(int port) {
        try (ServerSocket socket = open(port)) {
            return false;
        } catch (IOException e) {
            // That is the answer.
            return true;
        }
    }

    private static ServerSocket open(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByName(ADDRESS));
    }
}
