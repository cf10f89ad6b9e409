package io.quarkiverse.redis.multiplexer.runtime;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.client.MultiplexedRedisClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;

/**
 * The clients of the application, by name. This is the only mutable static state of the extension: a client outlives the
 * application's restarts, so that whoever holds it can go on using it.
 * <p>
 * Quarkus loads this class once per application: dev mode keeps it over live reloads, and loads it anew for the tests that
 * it runs beside the application.
 */
public final class ClientRegistry {

    /** The name of the client that has none. */
    public static final String DEFAULT_CLIENT = "<default>";

    private static final BiConsumer<RedisOptions, String> NO_COMPLETION = (options, name) -> {
    };

    private static final ClientRegistry INSTANCE = new ClientRegistry();

    private final Map<String, MultiplexedRedisClient> clients = new ConcurrentHashMap<>();
    private Function<String, MultiplexerOptions> options = name -> new MultiplexerOptions();
    private BiConsumer<RedisOptions, String> completion = NO_COMPLETION;

    private ClientRegistry() {
    }

    public static ClientRegistry instance() {
        return INSTANCE;
    }

    /**
     * Stands in for {@link Redis#createClient(Vertx, RedisOptions)} in quarkus-redis-client's
     * {@code VertxRedisClientFactory}; the build redirects that one call here. It is made twice per start and client.
     *
     * @param name of the client; the name in the options is that of a pool, which customizers may have set
     */
    public static Redis createClient(Vertx vertx, RedisOptions options, String name) {
        return INSTANCE.bind(vertx, options, name);
    }

    /** The client of that name; it fails all commands as long as the application is not started. */
    public MultiplexedRedisClient client(String name) {
        return clients.computeIfAbsent(name, MultiplexedRedisClient::managed);
    }

    /** The clients that can be used now, in the order of their names. */
    public List<MultiplexedRedisClient> running() {
        return clients.values().stream().filter(MultiplexedRedisClient::isBound)
                .sorted(Comparator.comparing(MultiplexedRedisClient::name)).toList();
    }

    /**
     * A start of the application begins: clients that are bound from now on have these options. Generations that an earlier
     * start has left behind, because it failed, are ended.
     *
     * @param completionByName completes what quarkus-redis-client has set
     */
    synchronized void begin(Function<String, MultiplexerOptions> optionsByName,
            BiConsumer<RedisOptions, String> completionByName) {
        end();
        options = optionsByName;
        completion = completionByName;
    }

    /** The application stops: ends all generations. The future completes when nothing of them is left. */
    synchronized Future<Void> end() {
        options = name -> new MultiplexerOptions();
        completion = NO_COMPLETION;
        List<Future<Void>> endings = clients.values().stream().map(MultiplexedRedisClient::end).toList();
        return Future.join(endings).mapEmpty();
    }

    private synchronized Redis bind(Vertx vertx, RedisOptions redisOptions, String name) {
        MultiplexedRedisClient client = client(name);
        if (!client.isBound()) {
            completion.accept(redisOptions, name);
            client.bind(vertx, redisOptions, options.apply(name));
        }
        return client;
    }
}
