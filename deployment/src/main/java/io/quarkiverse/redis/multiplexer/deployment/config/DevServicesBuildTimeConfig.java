package io.quarkiverse.redis.multiplexer.deployment.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.quarkus.runtime.annotations.ConfigDocDefault;
import io.quarkus.runtime.annotations.ConfigGroup;
import io.smallrye.config.WithDefault;

/** The server that a client gets in dev mode and in tests if none is configured for it. */
@ConfigGroup
public interface DevServicesBuildTimeConfig {

    /**
     * Who starts a server, in dev mode and in tests, for a client without `quarkus.redis.hosts`.
     */
    @ConfigDocDefault(value = "`auto`; of a named client, the mode of the default client", escape = false)
    Optional<DevServicesMode> mode();

    /**
     * The port of the embedded server, which listens on the loopback interface only. Dev mode and the tests that it runs
     * continuously have a server each, so they need different ports: configure that of the tests with the prefix `%test.`.
     * Several servers have this port and those that follow it: primaries first, then replicas, then sentinels. Each server of
     * a cluster also takes the port that is 10000 higher, for the cluster bus.
     */
    @ConfigDocDefault(value = "`quarkus.redis.devservices.port`, else free ports", escape = false)
    OptionalInt port();

    /**
     * The executable of the embedded server: a path, or a name to look for on the `PATH`.
     */
    @ConfigDocDefault(value = "`redis-server`, `valkey-server`, or the binary that the extension carries: the first of them that there is in the required version", escape = false)
    Optional<String> binary();

    /**
     * The oldest acceptable version of the embedded server, such as `7.0`. Older executables are passed over, unless the
     * executable is configured: then it is an error.
     */
    Optional<String> version();

    /**
     * Further arguments of the embedded server, such as `--requirepass,secret`; of several servers, of each. Port, bind
     * address, log level and log file are not changed by them. The client is told the password that `--requirepass` sets.
     * Sentinels have no arguments but that password.
     */
    Optional<List<String>> arguments();

    /**
     * The number of replicas of the embedded primary that a client has whose `quarkus.redis.client-type` is `sentinel` or
     * `replication`, 0 to 5. For a sentinel client, three sentinels watch them, by the name `quarkus.redis.master-name`. For
     * other types this has no effect.
     */
    @WithDefault("2")
    int replicas();

    /**
     * The cluster that a client of the type cluster gets.
     */
    DevServicesClusterBuildTimeConfig cluster();
}
