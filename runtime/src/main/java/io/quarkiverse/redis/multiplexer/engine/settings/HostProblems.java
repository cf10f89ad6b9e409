package io.quarkiverse.redis.multiplexer.engine.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;

/** The faults of the addresses that are configured for a client, in words that name the key and repeat no secret. */
final class HostProblems {

    private static final String KEY = "quarkus.redis.hosts";

    private HostProblems() {
    }

    /** Empty if all is well. */
    static List<String> of(RedisOptions options) {
        try {
            return switch (options.getType()) {
                case STANDALONE -> {
                    NodeAddress.of(options);
                    yield List.of();
                }
                case CLUSTER -> ofSeveral(NodeAddress.all(options), options.getType(), "nodes of a cluster");
                case SENTINEL -> ofSeveral(NodeAddress.all(options), options.getType(), "sentinels");
                case REPLICATION -> ofSeveral(NodeAddress.all(options), options.getType(), "servers of a replication");
            };
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
    }

    /** They tell where others are, and nothing else: all are reached alike. */
    private static List<String> ofSeveral(List<NodeAddress> hosts, RedisClientType type, String kind) {
        List<String> problems = new ArrayList<>();
        if (hosts.stream().anyMatch(host -> !host.socket().isInetSocket())) {
            problems.add(KEY + " has a Unix socket, by which the " + kind + " cannot be reached"
                    + " (quarkus.redis.client-type="
                    + type.name().toLowerCase(Locale.ROOT) + ")");
        }
        if (hosts.stream().map(NodeAddress::tls).distinct().count() > 1) {
            problems.add(
                    KEY + " has addresses with TLS (rediss:, valkeys:) and without (redis:, valkey:): all " + kind
                            + " are reached in the same way");
        }
        if (hosts.stream().filter(host -> host.password() != null)
                .map(host -> List.of(Objects.requireNonNullElse(host.user(), ""), host.password())).distinct().count() > 1) {
            problems.add(KEY + " has several users or passwords: one of them is for all " + kind);
        }
        if (hosts.stream().map(host -> Objects.requireNonNullElse(host.database(), 0)).distinct().count() > 1) {
            problems.add(KEY + " has several databases: one is for all " + kind);
        }
        return problems;
    }
}
