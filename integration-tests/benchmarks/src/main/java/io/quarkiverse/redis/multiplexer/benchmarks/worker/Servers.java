package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.List;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The server, or all nodes of the cluster, as they tell of themselves. */
final class Servers implements AutoCloseable {

    private final List<RespClient> clients;

    Servers(List<Integer> ports) {
        clients = ports.stream().map(RespClient::new).toList();
    }

    /** How many connections of others they have. */
    int connections() {
        return clients.stream().mapToInt(client -> client.connections().size()).sum();
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
