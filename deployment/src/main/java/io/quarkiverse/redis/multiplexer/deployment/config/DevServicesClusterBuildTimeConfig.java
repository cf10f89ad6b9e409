package io.quarkiverse.redis.multiplexer.deployment.config;

import io.quarkus.runtime.annotations.ConfigGroup;
import io.smallrye.config.WithDefault;

/** The cluster that a client of the type cluster gets in place of one server. */
@ConfigGroup
public interface DevServicesClusterBuildTimeConfig {

    /**
     * The number of replicas of each of the three primaries of the embedded cluster, 0 to 5. A client has a cluster if
     * `quarkus.redis.client-type` is `cluster`; else this has no effect.
     */
    @WithDefault("0")
    int replicas();
}
