package io.quarkiverse.redis.multiplexer.lifecycle;

import java.util.List;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The databases of one server. */
final class Databases implements Places {

    private final RedisServer server = RedisServer.start();

    Databases() {
        try (RespClient client = server.client()) {
            for (int place = APPLICATION; place <= TESTS; place++) {
                client.call("SELECT", String.valueOf(place));
                client.call("SET", NUMBER, String.valueOf(place));
            }
        }
    }

    @Override
    public String clientType() {
        return "standalone";
    }

    @Override
    public String hosts(int place) {
        return server.url() + "/" + place;
    }

    @Override
    public List<String> connections() {
        try (RespClient observer = server.client()) {
            return Places.clients(observer);
        }
    }

    @Override
    public List<String> connections(int place) {
        return connections().stream().filter(line -> line.contains(" db=" + place + " ")).toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
