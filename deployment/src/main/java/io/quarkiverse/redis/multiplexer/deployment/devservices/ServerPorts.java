package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The ports of the servers of one client.
 *
 * @param servers one for each, in their order
 * @param bus those that the servers take for the bus of their cluster, if they are one
 */
record ServerPorts(List<Integer> servers, List<Integer> bus) {

    private static final int ATTEMPTS = 1000;

    /** The configured ones, or else ones that nobody listens on now. Somebody else may be faster in using those. */
    static ServerPorts of(ServerSettings settings) throws IOException {
        OptionalInt first = settings.port();
        List<Integer> servers = first.isPresent()
                ? IntStream.range(first.getAsInt(), first.getAsInt() + settings.shape().servers()).boxed().toList()
                : free(settings);
        return new ServerPorts(servers, bus(settings, servers));
    }

    private static List<Integer> free(ServerSettings settings) throws IOException {
        Set<Integer> taken = new LinkedHashSet<>();
        Set<Integer> servers = new LinkedHashSet<>();
        for (int attempt = 0; servers.size() < settings.shape().servers(); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IOException("there are not enough free ports");
            }
            int port = LoopbackPort.free();
            List<Integer> bus = bus(settings, List.of(port));
            boolean usable = Stream.concat(Stream.of(port), bus.stream()).noneMatch(taken::contains)
                    && bus.stream().noneMatch(LoopbackPort::isTaken);
            if (usable) {
                servers.add(port);
                taken.add(port);
                taken.addAll(bus);
            }
        }
        return List.copyOf(servers);
    }

    private static List<Integer> bus(ServerSettings settings, List<Integer> servers) {
        return settings.shape().bus(servers);
    }

    /** One that somebody listens on. */
    OptionalInt taken() {
        return Stream.concat(servers.stream(), bus.stream()).mapToInt(Integer::intValue).filter(LoopbackPort::isTaken)
                .findFirst();
    }
}
