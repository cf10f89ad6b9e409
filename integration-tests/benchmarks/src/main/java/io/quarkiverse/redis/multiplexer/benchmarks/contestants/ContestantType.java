package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.Arrays;

import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;

/** The contestants, and how each is set up. */
public enum ContestantType {

    STOCK("stock", Style.BOTH, "quarkus-redis-client's defaults (6 connections), but any number may wait for one",
            (vertx, port) -> new VertxContestant(
                    Redis.createClient(vertx, options(port).setMaxPoolWaiting(Integer.MAX_VALUE)))),

    STOCK_DEFAULTS("stock-defaults", Style.BOTH, "quarkus-redis-client's defaults: 6 connections, 24 may wait for one",
            (vertx, port) -> new VertxContestant(Redis.createClient(vertx, options(port)))),

    STOCK_64("stock-64", Style.BOTH, "the stock client with 64 connections, and any number may wait for one",
            (vertx, port) -> new VertxContestant(Redis.createClient(vertx,
                    options(port).setMaxPoolSize(64).setMaxPoolWaiting(Integer.MAX_VALUE)))),

    STOCK_2000("stock-2000", Style.BOTH, "the stock client with up to 2,000 connections: one for everyone who holds one up",
            (vertx, port) -> new VertxContestant(Redis.createClient(vertx,
                    options(port).setMaxPoolSize(2000).setMaxPoolWaiting(Integer.MAX_VALUE)))),

    STOCK_EPOLL("stock-epoll", Style.BOTH, "'stock' with Vert.x' native transport",
            (vertx, port) -> STOCK.factory.connect(vertx, port)),

    STOCK_UNIX("stock-unix", Style.BOTH, "'stock-epoll' on the server's Unix socket",
            (vertx, port) -> new VertxContestant(
                    Redis.createClient(vertx, unixOptions(port).setMaxPoolWaiting(Integer.MAX_VALUE)))),

    STOCK_DATA_SOURCE("stock-datasource", Style.BOTH, "value(..).get and the like of Quarkus' data sources, on 'stock'",
            (vertx, port) -> new DataSourceContestant(vertx,
                    Redis.createClient(vertx, options(port).setMaxPoolWaiting(Integer.MAX_VALUE)))),

    LETTUCE("lettuce", Style.BOTH, "one shared connection with the defaults, which is how Lettuce is meant to be used;"
            + " for transactions one for each caller, who sends all of a transaction at once",
            (vertx, port) -> LettuceContestant.ofServer(port)),

    LETTUCE_ON_LOOP("lettuce-on-loop", Style.BOTH, "'lettuce', with replies handled on the event loop that called",
            (vertx, port) -> new OnLoop(vertx, LettuceContestant.ofServer(port))),

    LETTUCE_EPOLL("lettuce-epoll", Style.BOTH, "'lettuce' with Netty's native transport",
            (vertx, port) -> LettuceContestant.ofServer(port)),

    LETTUCE_UNIX("lettuce-unix", Style.BOTH, "'lettuce-epoll' on the server's Unix socket",
            (vertx, port) -> LettuceContestant.ofUnixSocket(port)),

    REDISSON("redisson", Style.BOTH,
            "defaults (a pool of up to 64 connections), byte array codec; up to 1,000 channels on a connection",
            (vertx, port) -> new RedissonContestant(port)),

    JEDIS("jedis", Style.BLOCKING, "RedisClient with 64 pooled connections", (vertx, port) -> new JedisContestant(port)),

    OURS("multiplexer", Style.BOTH, "defaults: one connection per event loop", (vertx, port) -> new VertxContestant(
            MultiplexedRedis.create(vertx, options(port), new MultiplexerOptions()))),

    OURS_EPOLL("multiplexer-epoll", Style.BOTH, "'multiplexer' with Vert.x' native transport",
            (vertx, port) -> OURS.factory.connect(vertx, port)),

    OURS_UNIX("multiplexer-unix", Style.BOTH, "'multiplexer-epoll' on the server's Unix socket",
            (vertx, port) -> new VertxContestant(
                    MultiplexedRedis.create(vertx, unixOptions(port), new MultiplexerOptions()))),

    BASELINE("baseline", Style.BOTH, "'multiplexer' as it is in the jar of --baseline",
            (vertx, port) -> OURS.factory.connect(vertx, port)),

    OURS_ONE_LANE("multiplexer-1-lane", Style.BOTH, "one connection for all event loops",
            (vertx, port) -> new VertxContestant(
                    MultiplexedRedis.create(vertx, options(port), new MultiplexerOptions().setLanes(1)))),

    OURS_TRACED("multiplexer-traced", Style.BOTH,
            "'multiplexer' with a span of OpenTelemetry for each command, which is thrown away where it would be sent off",
            (vertx, port) -> TracedContestant.connect(vertx, options(port), Sampler.alwaysOn())),

    OURS_UNSAMPLED("multiplexer-unsampled", Style.BOTH, "'multiplexer-traced', and no span is sampled",
            (vertx, port) -> TracedContestant.connect(vertx, options(port), Sampler.alwaysOff())),

    OURS_DATA_SOURCE("multiplexer-datasource", Style.BOTH,
            "value(..).get and the like of Quarkus' data sources, on 'multiplexer'",
            (vertx, port) -> new DataSourceContestant(vertx,
                    MultiplexedRedis.create(vertx, options(port), new MultiplexerOptions()))),

    CLUSTER("cluster", Style.BOTH, "defaults: one connection per event loop and node",
            (vertx, port) -> new VertxContestant(
                    MultiplexedRedis.create(vertx, clusterOptions(port), new MultiplexerOptions()))),

    CLUSTER_BASELINE("cluster-baseline", Style.BOTH, "'cluster' as it is in the jar of --baseline",
            (vertx, port) -> CLUSTER.factory.connect(vertx, port)),

    THREE_STANDALONE("three-standalone", Style.BOTH,
            "'multiplexer' once for each node of the cluster, as for three servers; the callers compute the slots",
            NodeByNode::new),

    CLUSTER_STOCK("cluster-stock", Style.BOTH,
            "quarkus-redis-client's defaults (6 connections per node), but any number may wait for one",
            (vertx, port) -> new VertxContestant(
                    Redis.createClient(vertx, clusterOptions(port).setMaxPoolWaiting(Integer.MAX_VALUE)))),

    CLUSTER_LETTUCE("cluster-lettuce", Style.BOTH, "RedisClusterClient, one shared connection with the defaults",
            (vertx, port) -> LettuceContestant.ofCluster(port)),

    AS_STANDALONE("as-standalone", Style.BOTH, "'multiplexer' to the server that is the primary, as if there were no other",
            (vertx, port) -> OURS.factory.connect(vertx, Primaries.known(port))),

    SENTINEL("sentinel", Style.BOTH, "'multiplexer' to the primary that sentinels name", (vertx, port) -> new VertxContestant(
            MultiplexedRedis.create(vertx, sentinelOptions(port), new MultiplexerOptions()))),

    SENTINEL_STOCK("sentinel-stock", Style.BOTH, "'stock' to the primary that sentinels name",
            (vertx, port) -> new VertxContestant(
                    Redis.createClient(vertx, sentinelOptions(port).setMaxPoolWaiting(Integer.MAX_VALUE)))),

    SENTINEL_LETTUCE("sentinel-lettuce", Style.BOTH, "'lettuce' to the primary that sentinels name",
            (vertx, port) -> LettuceContestant.ofSentinel(port)),

    REPLICATION("replication", Style.BOTH, "'multiplexer' to the primary of servers that replicate; replicas=never",
            (vertx, port) -> new VertxContestant(
                    MultiplexedRedis.create(vertx, replicationOptions(port), new MultiplexerOptions()))),

    REPLICATION_STOCK("replication-stock", Style.BOTH, "'stock' to the primary of servers that replicate; replicas=never",
            (vertx, port) -> new VertxContestant(
                    Redis.createClient(vertx, replicationOptions(port).setMaxPoolWaiting(Integer.MAX_VALUE)))),

    REPLICATION_LETTUCE("replication-lettuce", Style.BOTH, "MasterReplica, with the defaults, which read from the primary",
            (vertx, port) -> LettuceContestant.ofReplication(port)),

    REPLICATION_SHARE("replication-share", Style.BOTH, "'replication' with replicas=share: reads from all servers in turn",
            (vertx, port) -> new VertxContestant(MultiplexedRedis.create(vertx,
                    replicationOptions(port).setUseReplicas(RedisReplicas.SHARE), new MultiplexerOptions()))),

    REPLICATION_SHARE_STOCK("replication-share-stock", Style.BOTH, "'replication-stock' with replicas=share",
            (vertx, port) -> new VertxContestant(Redis.createClient(vertx, replicationOptions(port)
                    .setUseReplicas(RedisReplicas.SHARE).setMaxPoolWaiting(Integer.MAX_VALUE)))),

    REPLICATION_SHARE_LETTUCE("replication-share-lettuce", Style.BOTH, "'replication-lettuce' with ReadFrom.ANY",
            (vertx, port) -> LettuceContestant.ofAnyInReplication(port));

    private enum Style {
        BLOCKING,
        BOTH
    }

    private final String label;
    private final Style style;
    private final String settings;
    private final Contestant.Factory factory;

    ContestantType(String label, Style style, String settings, Contestant.Factory factory) {
        this.label = label;
        this.style = style;
        this.settings = settings;
        this.factory = factory;
    }

    public static ContestantType of(String label) {
        return Arrays.stream(values()).filter(type -> type.label.equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No contestant is called " + label));
    }

    /** How tables and charts call it. */
    public String label() {
        return label;
    }

    /** What a reader must know to judge whether it was set up fairly. */
    public String settings() {
        return settings;
    }

    /** Whether it can be called without holding up a thread. */
    public boolean isAsynchronous() {
        return style == Style.BOTH;
    }

    /** Whether it needs the Netty that Lettuce was made for. */
    public boolean isLettuce() {
        return switch (this) {
            case LETTUCE, LETTUCE_ON_LOOP, LETTUCE_EPOLL, LETTUCE_UNIX, CLUSTER_LETTUCE, SENTINEL_LETTUCE,
                    REPLICATION_LETTUCE, REPLICATION_SHARE_LETTUCE ->
                true;
            default -> false;
        };
    }

    /** What the event loops of its process have. */
    public Transport transport() {
        return switch (this) {
            case STOCK_EPOLL, STOCK_UNIX, OURS_EPOLL, OURS_UNIX, LETTUCE_EPOLL, LETTUCE_UNIX -> Transport.NATIVE;
            default -> Transport.NIO;
        };
    }

    /** Whether it is another build of the engine. */
    public boolean isBaseline() {
        return this == BASELINE || this == CLUSTER_BASELINE;
    }

    public Contestant.Factory factory() {
        return factory;
    }

    /** As the Quarkus extension makes them. */
    private static RedisOptions options(int port) {
        return new RedisOptions().setConnectionString("redis://localhost:" + port).setMaxPoolSize(6).setMaxPoolWaiting(24);
    }

    private static RedisOptions unixOptions(int port) {
        return options(port).setConnectionString("unix://" + UnixSockets.of(port));
    }

    /** @param port of a sentinel */
    private static RedisOptions sentinelOptions(int port) {
        return options(port).setType(RedisClientType.SENTINEL).setMasterName(RedisSentinels.NAME);
    }

    private static RedisOptions replicationOptions(int port) {
        return options(port).setType(RedisClientType.REPLICATION);
    }

    private static RedisOptions clusterOptions(int port) {
        return options(port).setType(RedisClientType.CLUSTER);
    }
}
