package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.jandex.DotName;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.deployment.MultiplexerBuildTimeConfig;
import io.quarkus.arc.deployment.BeanDiscoveryFinishedBuildItem;
import io.quarkus.arc.processor.InjectionPointInfo;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.deployment.client.RedisBuildTimeConfig;
import io.quarkus.redis.deployment.client.RequestedRedisClientBuildItem;
import io.smallrye.config.SmallRyeConfig;

/**
 * Keeps the clients that an application only looks up. For them, quarkus-redis-client goes by the configuration: it makes
 * those that have hosts, and those whose Dev Service is enabled. The latter it does not see any more when
 * {@link StockDevServiceInterceptor} has disabled their container, in production as little as in dev mode.
 */
@BuildSteps(onlyIf = MultiplexerBuildTimeConfig.Enabled.class)
class LookedUpClientsProcessor {

    private static final Set<DotName> TYPES = Stream.of(MultiplexedRedis.class, RedisDataSource.class,
            ReactiveRedisDataSource.class, io.vertx.redis.client.Redis.class, io.vertx.redis.client.RedisAPI.class,
            io.vertx.mutiny.redis.client.Redis.class, io.vertx.mutiny.redis.client.RedisAPI.class)
            .map(DotName::createSimple).collect(Collectors.toUnmodifiableSet());

    @BuildStep
    void requestClients(BeanDiscoveryFinishedBuildItem beans, MultiplexerBuildTimeConfig config, RedisBuildTimeConfig stock,
            BuildProducer<RequestedRedisClientBuildItem> requests) {
        boolean lookedUp = beans.getInjectionPoints().stream().filter(InjectionPointInfo::isProgrammaticLookup)
                .anyMatch(point -> TYPES.contains(point.getRequiredType().name()));
        if (!lookedUp) {
            return;
        }
        for (String name : stock.clients().keySet()) {
            ServerDemand demand = ServerDemand.of(new ClientKeys(name), config, stock,
                    ConfigProvider.getConfig().unwrap(SmallRyeConfig.class));
            if (demand.mode() == DevServicesMode.EMBEDDED && !demand.disabled()) {
                requests.produce(new RequestedRedisClientBuildItem(name));
            }
        }
    }
}
