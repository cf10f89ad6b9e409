package io.quarkiverse.redis.multiplexer.runtime.devui;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** JSON-RPC methods of the Dev UI: what the clients do, and what their servers are. */
public class ClientsService {

    private static final List<String> FACTS = List.of("redis_version", "valkey_version", "redis_mode", "process_id", "tcp_port",
            "uptime_in_seconds", "connected_clients", "used_memory", "executable");

    private final DevUiClients clients;

    ClientsService(DevUiClients clients) {
        this.clients = clients;
    }

    /** A snapshot of every client; pages ask for it once a second. */
    public List<ClientView> clients() {
        return clients.all().stream().map(MultiplexedRedis::status).map(ClientView::of).toList();
    }

    /** Some of what the server of a client says of itself, by the names that INFO has for it; and how many keys it has. */
    public CompletionStage<Outcome<Map<String, String>>> server(String client) {
        return Outcome.of(() -> {
            MultiplexedRedis redis = clients.named(client);
            return redis.send(Request.cmd(Command.INFO))
                    .compose(info -> redis.send(Request.cmd(Command.DBSIZE)).compose(size -> {
                        Map<String, String> facts = facts(info.toString());
                        facts.put("keys", size.toString());
                        return Future.succeededFuture(facts);
                    }));
        });
    }

    /** Deletes everything that the server of a client holds, in all databases. */
    public CompletionStage<Outcome<String>> flush(String client) {
        return Outcome.of(() -> clients.named(client).send(Request.cmd(Command.FLUSHALL)).map(Object::toString));
    }

    private static Map<String, String> facts(String info) {
        Map<String, String> facts = new LinkedHashMap<>();
        info.lines().map(line -> line.split(":", 2)).filter(line -> line.length == 2 && FACTS.contains(line[0]))
                .forEach(line -> facts.put(line[0], line[1]));
        return facts;
    }
}
