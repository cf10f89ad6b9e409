package io.quarkiverse.redis.multiplexer.nativeimage;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.quarkiverse.redis.multiplexer.test.RedisServer;

/** An application that there is twice: as an executable, and for a JVM. */
interface Subject extends AutoCloseable {

    /** As its module is called. */
    String name();

    /** What it answers with status 200 once it works and has Redis. */
    String firstPath();

    /** What it is configured with, to use that server. */
    Map<String, String> configuration(RedisServer server);

    /** What is compared. */
    List<Load> loads(Scale scale);

    /** What the executable must be able to do. */
    List<Check> checks();

    @Override
    void close();

    /** As the build packages it for a JVM. */
    default Path jar(Path project) {
        return project.resolve("integration-tests").resolve(name()).resolve("target/quarkus-app/quarkus-run.jar");
    }
}
