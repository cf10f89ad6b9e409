package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.deployment.config.DevServicesBuildTimeConfig;

/**
 * Which servers are started for one client, in their order, and how those become one thing that do not by themselves. Shapes
 * that are equal are the same to the client.
 */
sealed interface Shape permits SingleServer, ClusterShape, ReplicationShape {

    /** The one for a client's type, as it is configured. */
    static Shape of(DevServicesBuildTimeConfig config, ServerDemand demand) {
        return switch (demand.type()) {
            case STANDALONE -> new SingleServer();
            case CLUSTER -> ClusterShape.withReplicas(config.cluster().replicas());
            case REPLICATION -> new ReplicationShape(config.replicas(), Optional.empty());
            case SENTINEL -> new ReplicationShape(config.replicas(), Optional.of(demand.primaryName()));
        };
    }

    /** What messages call all of it. */
    String what();

    /** Of what it consists, to be followed by "of", if it is more than one server. */
    Optional<String> parts();

    /** The name under which only shapes are shared between applications that are the same to clients. */
    String sharedAs();

    /** How many processes there are. */
    int servers();

    /** Those of the ports that the client connects to. */
    List<Integer> hosts(List<Integer> ports);

    /** The ports that servers take in addition to their own. */
    List<Integer> bus(List<Integer> ports);

    /** The largest port of the first server, if those of the others follow. */
    int largestFirstPort();

    /** The oldest version that will do. */
    Optional<ServerVersion> oldest();

    /** Arguments of each server that those which the user has configured go before. */
    List<String> defaults(Optional<String> password);

    /** Arguments of each server that nobody can change. */
    List<String> fixed();

    /** What is configured, by attributes of the Dev Service. */
    Map<String, String> shown();

    /**
     * Makes one thing of servers that take commands, and returns when it is.
     *
     * @param ports of all processes
     * @throws IOException if it is not within the time; the message completes a sentence
     */
    void form(List<Integer> ports, Optional<String> password, Duration timeout) throws IOException;

    /** The sentinels, which are the last of the processes, and what they watch; they are started when that is formed. */
    Optional<Watch> watch(List<Integer> ports);
}
