package io.quarkiverse.redis.multiplexer.benchmarks.contestants;

import java.util.List;

import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** Finds primaries, past any client. */
final class Primaries {

    private Primaries() {
    }

    /** The port of the primary that a sentinel knows, or of the server itself if it is none. */
    static int known(int port) {
        try (RespClient server = new RespClient(port)) {
            if (!((List<?>) server.call("ROLE")).get(0).equals("sentinel")) {
                return port;
            }
            List<?> address = (List<?>) server.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", RedisSentinels.NAME);
            return Integer.parseInt((String) address.get(1));
        }
    }
}
