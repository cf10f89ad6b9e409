package io.quarkiverse.redis.multiplexer.deployment.devservices;

import io.quarkus.builder.item.SimpleBuildItem;

/** The embedded servers, for those that want to show them. They are started after the build. */
public final class EmbeddedServersBuildItem extends SimpleBuildItem {

    private final EmbeddedServers servers;

    EmbeddedServersBuildItem(EmbeddedServers servers) {
        this.servers = servers;
    }

    public EmbeddedServers servers() {
        return servers;
    }
}
