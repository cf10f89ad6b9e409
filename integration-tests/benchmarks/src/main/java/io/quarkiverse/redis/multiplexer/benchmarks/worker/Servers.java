package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The server, or all nodes of the cluster, as they tell of themselves. */
final class Servers implements AutoCloseable {

    private final List<RespClient> clients;

    Servers(List<Integer> ports) {
        clients = ports.stream().map(RespClient::new).toList();
    }

    /** The only server, or one of them. */
    RespClient first() {
        return clients.get(0);
    }

    /** How many connections of others they have. */
    int connections() {
        return clients.stream().mapToInt(client -> client.connections().size()).sum();
    }

    /** What the first one calls the connections of others: who comes later has another name. */
    Set<String> namesOfConnections() {
        return first().connections().stream().map(line -> line.substring(0, line.indexOf(' '))).collect(Collectors.toSet());
    }

    double cpuMicros() {
        return clients.stream().mapToDouble(Servers::cpuMicros).sum();
    }

    private static double cpuMicros(RespClient server) {
        return ((String) server.call("INFO", "cpu")).lines()
                .filter(line -> line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)) * 1e6).sum();
    }

    @Override
    public void close() {
        clients.forEach(RespClient::close);
    }
}
