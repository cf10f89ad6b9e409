package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of the loopback interface. */
final class LoopbackPort {

    /** Where servers listen. Spelled out, as Java's own loopback address may be that of IPv6. */
    static final String ADDRESS = "127.0.0.1";

    static final int LARGEST = 65_535;

    private LoopbackPort() {
    }

    /** One that nobody listens on now. Somebody else may be faster in using it. */
    static int free() throws IOException {
        try (ServerSocket socket = open(0)) {
            return socket.getLocalPort();
        }
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
