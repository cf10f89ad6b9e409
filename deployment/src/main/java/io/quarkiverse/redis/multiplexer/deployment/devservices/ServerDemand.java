package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.deployment.config.DevServicesMode;
import io.quarkiverse.redis.multiplexer.deployment.config.MultiplexerBuildTimeConfig;
import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkus.redis.deployment.client.RedisBuildTimeConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.redis.client.RedisClientType;

/**
 * Whether a client needs a server, and who starts it.
 *
 * @param mode who may start one
 * @param disabled whether the user has disabled Dev Services for the client
 * @param settled whether it is configured what the client connects to, or that it is not active
 * @param type of the client, which decides what is started for it
 * @param primaryName by which a client asks sentinels for the primary
 */
record ServerDemand(DevServicesMode mode, boolean disabled, boolean settled, RedisClientType type, String primaryName) {

    private static final String CLIENT_TYPE = "client-type";
    private static final String MASTER_NAME = "master-name";
    private static final String ACTIVE = "active";
    // That of the Vert.x client.
    private static final String DEFAULT_MASTER_NAME = "mymaster";

    /**
     * The clients that quarkus-redis-client starts a Dev Service for, and those that are configured for ours. A named client
     * that is only injected is none of them: quarkus-redis-client deactivates it, which an application may rely on.
     */
    static Set<String> clients(MultiplexerBuildTimeConfig ours, RedisBuildTimeConfig stock) {
        Set<String> names = new TreeSet<>(stock.clients().keySet());
        names.addAll(ours.clients().keySet());
        names.add(ClientRegistry.DEFAULT_CLIENT);
        return names;
    }

    /** @param config of the build, in which it is visible what the user has configured for the run time */
    static ServerDemand of(ClientKeys client, MultiplexerBuildTimeConfig ours, RedisBuildTimeConfig stock,
            SmallRyeConfig config) {
        DevServicesMode mode = ours.clients().get(client.name()).devservices().mode()
                .or(() -> ours.clients().get(ClientRegistry.DEFAULT_CLIENT).devservices().mode())
                .orElse(DevServicesMode.AUTO);
        boolean settled = isConfigured(client, RedisConfig.HOSTS, config)
                || isConfigured(client, RedisConfig.HOSTS_PROVIDER_NAME, config)
                || client.stock(ACTIVE).stream().anyMatch(key -> config.getOptionalValue(key, Boolean.class)
                        .filter(active -> !active).isPresent());
        return new ServerDemand(mode, isDisabledByUser(client, stock, config), settled, type(client, config),
                values(client, MASTER_NAME, config).findFirst().orElse(DEFAULT_MASTER_NAME));
    }

    /** What is none is reported when the client is made. */
    private static RedisClientType type(ClientKeys client, SmallRyeConfig config) {
        return values(client, CLIENT_TYPE, config)
                .flatMap(value -> Stream.of(RedisClientType.values()).filter(type -> type.name().equalsIgnoreCase(value)))
                .findFirst().orElse(RedisClientType.STANDALONE);
    }

    private static boolean isConfigured(ClientKeys client, String attribute, SmallRyeConfig config) {
        return values(client, attribute, config).findAny().isPresent();
    }

    /** Lists are written with commas, or with one key for each element: {@code hosts[0]}. */
    private static Stream<String> values(ClientKeys client, String attribute, SmallRyeConfig config) {
        return client.stock(attribute).stream()
                .flatMap(key -> Stream.concat(Stream.of(key), config.getIndexedProperties(key).stream()))
                .map(config::getConfigValue).map(ConfigValue::getValue).filter(value -> value != null && !value.isEmpty());
    }

    private static boolean isDisabledByUser(ClientKeys client, RedisBuildTimeConfig stock, SmallRyeConfig config) {
        return !stock.clients().get(client.name()).devservices().enabled()
                && client.stock(StockDevServiceInterceptor.ENABLED).stream().map(config::getConfigValue)
                        .anyMatch(value -> value.getValue() != null
                                && !StockDevServiceInterceptor.SOURCE.equals(value.getConfigSourceName()));
    }

    /** Whether {@link StockDevServiceInterceptor} has disabled the client's container. */
    static boolean isContainerDisabled(ClientKeys client, SmallRyeConfig config) {
        return client.stock(StockDevServiceInterceptor.ENABLED).stream().map(config::getConfigValue)
                .anyMatch(value -> StockDevServiceInterceptor.SOURCE.equals(value.getConfigSourceName()));
    }

    /**
     * Whether an embedded server is started.
     *
     * @param containerRuntime whether containers can be started; asked only if that matters, as the answer takes long
     */
    boolean isEmbedded(BooleanSupplier containerRuntime) {
        if (disabled || settled) {
            return false;
        }
        return switch (mode) {
            case AUTO -> !containerRuntime.getAsBoolean();
            case EMBEDDED -> true;
            case CONTAINER, OFF -> false;
        };
    }

    /**
     * Whether a client that wants several servers is left to the container of quarkus-redis-client, which is one.
     *
     * @param containerRuntime as for {@link #isEmbedded}
     */
    boolean isLackingInContainer(BooleanSupplier containerRuntime) {
        return type != RedisClientType.STANDALONE && mode == DevServicesMode.AUTO && !disabled && !settled
                && containerRuntime.getAsBoolean();
    }
}
