package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** Errors that servers have answered, by INFO errorstats. */
final class Redirects {

    private Redirects() {
    }

    /** @param error its first word */
    static long count(RedisCluster cluster, String error) {
        Pattern count = Pattern.compile("errorstat_" + error + ":count=(\\d+)");
        long sum = 0;
        for (RedisServer node : cluster.nodes()) {
            if (node.isAlive()) {
                try (RespClient client = node.client()) {
                    Matcher found = count.matcher((String) client.call("INFO", "errorstats"));
                    sum += found.find() ? Long.parseLong(found.group(1)) : 0;
                }
            }
        }
        return sum;
    }
}
