package io.quarkiverse.redis.multiplexer.benchmarks;

import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.quarkiverse.redis.multiplexer.test.DelayLine;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The servers that contestants are measured against, started for that. */
interface Ground extends AutoCloseable {

    /** What servers there are. */
    enum Topology {
        STANDALONE {
            @Override
            Ground start() throws IOException {
                return new Standalone();
            }
        },
        /** Three primaries. */
        CLUSTER {
            @Override
            Ground start() {
                return new Cluster();
            }
        },
        /** A primary with two replicas, and three sentinels. */
        SENTINEL {
            @Override
            Ground start() {
                return new Replicated(Replicated.SENTINELS);
            }
        },
        /** A primary with two replicas. */
        REPLICATION {
            @Override
            Ground start() {
                return new Replicated(0);
            }
        };

        abstract Ground start() throws IOException;
    }

    /** Where contestants connect to. */
    int port();

    /** The same, over a link. @throws UnsupportedOperationException if there is none */
    int port(Link link);

    /** Of all servers. */
    List<Integer> ports();

    /** The server that has the key. */
    RespClient having(String key);

    @Override
    void close();

    /** One server. */
    final class Standalone implements Ground {

        /** One gigabit per second. */
        private static final long BYTES_PER_SECOND = 125_000_000;

        private final RedisServer server = RedisServer.start();
        private final Map<Link, DelayLine> links = new EnumMap<>(Link.class);
        private final RespClient client;

        private Standalone() throws IOException {
            for (Link link : EnumSet.complementOf(EnumSet.of(Link.LOOPBACK))) {
                links.put(link, new DelayLine(server.port(), link.oneWayNanos(), BYTES_PER_SECOND));
            }
            client = server.client();
        }

        RedisServer server() {
            return server;
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public int port(Link link) {
            return link == Link.LOOPBACK ? port() : links.get(link).port();
        }

        @Override
        public List<Integer> ports() {
            return List.of(server.port());
        }

        @Override
        public RespClient having(String key) {
            return client;
        }

        @Override
        public void close() {
            client.close();
            links.values().forEach(DelayLine::close);
            server.close();
        }
    }

    /** A primary with replicas, and sentinels or none. */
    final class Replicated implements Ground {

        private static final int REPLICAS = 2;
        private static final int SENTINELS = 3;

        private final RedisSentinels servers;
        private final RespClient primary;

        private Replicated(int sentinels) {
            servers = RedisSentinels.start(RedisBinary.any(), REPLICAS, sentinels);
            primary = servers.server(0).client();
        }

        @Override
        public int port() {
            return (servers.sentinels().isEmpty() ? servers.server(0) : servers.sentinel(0)).port();
        }

        @Override
        public int port(Link link) {
            if (link != Link.LOOPBACK) {
                throw new UnsupportedOperationException("Sentinels and servers tell clients to connect to them directly");
            }
            return port();
        }

        @Override
        public List<Integer> ports() {
            return servers.servers().stream().map(RedisServer::port).toList();
        }

        @Override
        public RespClient having(String key) {
            return primary;
        }

        @Override
        public void close() {
            primary.close();
            servers.close();
        }
    }

    /** Three primaries without replicas. */
    final class Cluster implements Ground {

        private static final int PRIMARIES = 3;

        private final RedisCluster cluster = RedisCluster.start(RedisBinary.any(), PRIMARIES, 0);
        private final Map<Integer, RespClient> clients = new HashMap<>();

        @Override
        public int port() {
            return cluster.port(0);
        }

        @Override
        public int port(Link link) {
            if (link != Link.LOOPBACK) {
                throw new UnsupportedOperationException("The nodes of a cluster tell clients to connect to them directly");
            }
            return port();
        }

        @Override
        public List<Integer> ports() {
            return cluster.nodes().stream().map(RedisServer::port).toList();
        }

        @Override
        public RespClient having(String key) {
            return clients.computeIfAbsent(cluster.port(cluster.owner(cluster.slot(key))), RespClient::new);
        }

        @Override
        public void close() {
            clients.values().forEach(RespClient::close);
            cluster.close();
        }
    }
}
