package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.List;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The connections that servers have. */
final class Connections {

    private Connections() {
    }

    /** Lines of CLIENT LIST, without replicas, primaries, and servers that move keys. */
    static List<String> ofClients(RedisServer node) {
        try (RespClient observer = node.client()) {
            return observer.connections().stream()
                    .filter(line -> !line.matches(".* flags=\\w*[SM]\\w* .*") && !line.contains(" cmd=restore")).toList();
        }
    }

    static int ofClients(RedisCluster cluster) {
        return cluster.nodes().stream().filter(RedisServer::isAlive).mapToInt(node -> ofClients(node).size()).sum();
    }
}
