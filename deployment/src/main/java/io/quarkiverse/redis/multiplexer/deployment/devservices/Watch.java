package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.List;

/**
 * Sentinels and what they watch.
 *
 * @param name by which they know the primary
 * @param servers the ports of the primary and its replicas, in this order
 * @param sentinels their ports
 */
record Watch(String name, List<Integer> servers, List<Integer> sentinels) {

    int primary() {
        return servers.get(0);
    }

    List<Integer> replicas() {
        return servers.subList(1, servers.size());
    }

    /** How many sentinels have to agree that the primary is down. */
    int quorum() {
        return sentinels.size() / 2 + 1;
    }
}
