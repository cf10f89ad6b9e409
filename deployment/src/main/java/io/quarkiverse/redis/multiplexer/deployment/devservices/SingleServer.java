package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One server, which needs nobody. */
record SingleServer() implements Shape {

    @Override
    public String what() {
        return "server";
    }

    @Override
    public Optional<String> parts() {
        return Optional.empty();
    }

    @Override
    public String sharedAs() {
        return "server";
    }

    @Override
    public int servers() {
        return 1;
    }

    @Override
    public List<Integer> hosts(List<Integer> ports) {
        return ports;
    }

    @Override
    public List<Integer> bus(List<Integer> ports) {
        return List.of();
    }

    @Override
    public int largestFirstPort() {
        return LoopbackPort.LARGEST;
    }

    @Override
    public Optional<ServerVersion> oldest() {
        return Optional.empty();
    }

    @Override
    public List<String> defaults(Optional<String> password) {
        return List.of();
    }

    @Override
    public List<String> fixed() {
        return List.of();
    }

    @Override
    public Map<String, String> shown() {
        return Map.of();
    }

    @Override
    public void form(List<Integer> ports, Optional<String> password, Duration timeout) {
        // It is what it is to be.
    }

    @Override
    public Optional<Watch> watch(List<Integer> ports) {
        return Optional.empty();
    }
}
