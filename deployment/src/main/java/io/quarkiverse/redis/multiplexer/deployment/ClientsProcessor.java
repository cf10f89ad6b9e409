package io.quarkiverse.redis.multiplexer.deployment;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.DotName;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.deployment.config.MultiplexerBuildTimeConfig;
import io.quarkiverse.redis.multiplexer.deployment.devservices.ServerDemandsBuildItem;
import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkus.arc.deployment.BeanArchiveIndexBuildItem;
import io.quarkus.arc.deployment.BeanDiscoveryFinishedBuildItem;
import io.quarkus.arc.processor.InjectionPointInfo;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.deployment.client.RequestedRedisClientBuildItem;

/** Finds out which clients the application has, and has quarkus-redis-client make those that it does not find by itself. */
@BuildSteps(onlyIf = MultiplexerBuildTimeConfig.Enabled.class)
class ClientsProcessor {

    static final DotName CLIENT_NAME = DotName.createSimple(RedisClientName.class);

    private static final Set<DotName> OUR_TYPES = names(MultiplexedRedis.class);
    private static final Set<DotName> STOCK_TYPES = names(io.vertx.redis.client.Redis.class,
            io.vertx.redis.client.RedisAPI.class, io.vertx.mutiny.redis.client.Redis.class,
            io.vertx.mutiny.redis.client.RedisAPI.class);
    private static final Set<DotName> DATA_SOURCES = names(RedisDataSource.class, ReactiveRedisDataSource.class);

    @BuildStep
    InjectedClientsBuildItem injected(BeanArchiveIndexBuildItem index, BeanDiscoveryFinishedBuildItem discovered) {
        Set<String> named = new TreeSet<>();
        for (AnnotationInstance annotation : index.getIndex().getAnnotations(CLIENT_NAME)) {
            named.add(annotation.value().asString());
        }
        Collection<InjectionPointInfo> points = discovered.getInjectionPoints();
        Predicate<InjectionPointInfo> defaulted = InjectionPointInfo::hasDefaultedQualifier;
        Predicate<InjectionPointInfo> lookup = InjectionPointInfo::isProgrammaticLookup;
        return new InjectedClientsBuildItem(named,
                points.stream().filter(defaulted).anyMatch(ofType(STOCK_TYPES)),
                points.stream().filter(defaulted.or(lookup)).anyMatch(ofType(OUR_TYPES)),
                points.stream().filter(lookup)
                        .anyMatch(ofType(OUR_TYPES).or(ofType(STOCK_TYPES)).or(ofType(DATA_SOURCES))));
    }

    /**
     * Requests the default client if only {@link MultiplexedRedis} is injected, which quarkus-redis-client does not know; and
     * of the clients that are only looked up those that it does not see.
     */
    @BuildStep
    void request(InjectedClientsBuildItem injected, ServerDemandsBuildItem servers,
            BuildProducer<RequestedRedisClientBuildItem> requests) {
        if (injected.isDefaultHiddenFromStock()) {
            requests.produce(new RequestedRedisClientBuildItem(ClientRegistry.DEFAULT_CLIENT));
        }
        if (injected.isLookedUp()) {
            servers.hiddenFromStock().forEach(name -> requests.produce(new RequestedRedisClientBuildItem(name)));
        }
    }

    private static Predicate<InjectionPointInfo> ofType(Set<DotName> types) {
        return point -> types.contains(point.getRequiredType().name());
    }

    private static Set<DotName> names(Class<?>... types) {
        return Stream.of(types).map(DotName::createSimple).collect(Collectors.toUnmodifiableSet());
    }
}
