package io.quarkiverse.redis.multiplexer.nativeimage;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** The showcase. */
final class Showcase implements Subject {

    private static final int CALLERS = 200;

    private final Path module;

    Showcase(Path project) {
        this.module = project.resolve("integration-tests/showcase");
    }

    @Override
    public String name() {
        return "showcase";
    }

    @Override
    public String firstPath() {
        return "/counter/first";
    }

    @Override
    public Map<String, String> configuration(RedisServer server) {
        return Map.of("quarkus.redis.hosts", server.url(), "quarkus.redis.stats.hosts", server.url(),
                // A server that does not answer any more is found out soon.
                "quarkus.redis-multiplexer.liveness-timeout", "1s");
    }

    @Override
    public List<Load> loads(Scale scale) {
        return List.of(new CommandLoad(scale.calls(), CALLERS), new HttpLoad("/counter/load", scale.calls() / 20));
    }

    @Override
    public List<Check> checks() {
        return List.of(
                new IntegrationTests(List.of(module.resolve("target/classes"), module.resolve("target/test-classes")),
                        "io.quarkiverse.redis.multiplexer.showcase.RunningShowcase"),
                new Chat(), new ManyCallers(), new Restarts(), new FrozenServer(), new Tls());
    }

    @Override
    public void close() {
        // Nothing of it is left.
    }
}
