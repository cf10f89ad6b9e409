package io.quarkiverse.redis.multiplexer.engine.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/** The faults of the addresses that are configured for a client, in words that name the key and repeat no secret. */
final class HostProblems {

    private static final String KEY = "quarkus.redis.hosts";

    private HostProblems() {
    }

    /** Empty if all is well. Of types that are not multiplexed, nothing is said. */
    static List<String> of(RedisOptions options) {
        try {
            if (options.getType() == RedisClientType.CLUSTER) {
                return ofCluster(NodeAddress.all(options));
            }
            if (options.getType() == RedisClientType.STANDALONE) {
                NodeAddress.of(options);
            }
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
    }

    /** Its nodes tell where the others are, and nothing else: all are reached alike. */
    private static List<String> ofCluster(List<NodeAddress> hosts) {
        List<String> problems = new ArrayList<>();
        if (hosts.stream().anyMatch(host -> !host.socket().isInetSocket())) {
            problems.add(KEY + " has a Unix socket, by which the nodes of a cluster cannot be reached"
                    + " (quarkus.redis.client-type=cluster)");
        }
        if (hosts.stream().map(NodeAddress::tls).distinct().count() > 1) {
            problems.add(
                    KEY + " has addresses with TLS (rediss:, valkeys:) and without (redis:, valkey:): all nodes of a cluster"
                            + " are reached in the same way");
        }
        if (hosts.stream().filter(host -> host.password() != null)
                .map(host -> List.of(Objects.requireNonNullElse(host.user(), ""), host.password())).distinct().count() > 1) {
            problems.add(KEY + " has several users or passwords: one of them is for all nodes of a cluster");
        }
        if (hosts.stream().map(host -> Objects.requireNonNullElse(host.database(), 0)).distinct().count() > 1) {
            problems.add(KEY + " has several databases: one is for all nodes of a cluster");
        }
        return problems;
    }
}
