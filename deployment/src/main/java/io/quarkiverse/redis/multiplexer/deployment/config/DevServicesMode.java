package io.quarkiverse.redis.multiplexer.deployment.config;

/** Who starts a server for a client that has none configured. */
public enum DevServicesMode {

    /**
     * The Redis client extension starts a container if a container runtime works; else an embedded server is started.
     */
    AUTO,

    /**
     * An embedded server is started: a process of its own, without a container. No container is started. The server ends with
     * dev mode or the tests, even if their JVM is killed; only on Windows it survives a JVM that is killed.
     */
    EMBEDDED,

    /**
     * Only the Redis client extension may start one, as a container.
     */
    CONTAINER,

    /**
     * The multiplexer starts none. Whether the Redis client extension does is for its own configuration to say.
     */
    OFF
}
