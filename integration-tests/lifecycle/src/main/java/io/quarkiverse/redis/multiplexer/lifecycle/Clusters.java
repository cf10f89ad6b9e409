package io.quarkiverse.redis.multiplexer.lifecycle;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** A cluster for each. That of the application has replicas. */
final class Clusters implements Places {

    private static final int PRIMARIES = 3;

    private final List<RedisCluster> clusters = new ArrayList<>();

    Clusters() {
        try {
            for (int place = APPLICATION; place <= TESTS; place++) {
                RedisCluster cluster = RedisCluster.start(RedisBinary.any(), PRIMARIES, place == APPLICATION ? 1 : 0);
                clusters.add(cluster);
                cluster.call(cluster.owner(cluster.slot(NUMBER)), "SET", NUMBER, String.valueOf(place));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public String clientType() {
        return "cluster";
    }

    @Override
    public String hosts(int place) {
        return String.join(",", clusters.get(place).urls());
    }

    @Override
    public List<String> connections() {
        List<String> all = new ArrayList<>();
        for (int place = APPLICATION; place <= TESTS; place++) {
            all.addAll(connections(place));
        }
        return all;
    }

    /** Their ids differ from node to node, so each line begins with the port of its node. */
    @Override
    public List<String> connections(int place) {
        List<String> all = new ArrayList<>();
        for (RedisServer node : clusters.get(place).nodes()) {
            try (RespClient observer = node.client()) {
                Places.clients(observer).forEach(line -> all.add(node.port() + ":" + line));
            }
        }
        return all;
    }

    @Override
    public void close() {
        clusters.forEach(RedisCluster::close);
    }
}
