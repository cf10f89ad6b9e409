package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jboss.logging.Logger;

import io.quarkiverse.redis.multiplexer.deployment.config.MultiplexerBuildTimeConfig;
import io.quarkus.deployment.IsDevServicesSupportedByLaunchMode;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.builditem.DevServicesResultBuildItem;
import io.quarkus.deployment.builditem.DockerStatusBuildItem;
import io.quarkus.deployment.builditem.LaunchModeBuildItem;
import io.quarkus.deployment.builditem.LiveReloadBuildItem;
import io.quarkus.deployment.dev.devservices.DevServicesConfig;
import io.quarkus.deployment.logging.LogCleanupFilterBuildItem;
import io.quarkus.redis.deployment.client.DevServicesRedisProcessor;
import io.quarkus.redis.deployment.client.RedisBuildTimeConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Gives clients that have no server configured an embedded one, where quarkus-redis-client would give them a container and
 * cannot or shall not. Its container is kept from starting by {@link StockDevServiceInterceptor}.
 */
@BuildSteps(onlyIf = { IsDevServicesSupportedByLaunchMode.class, DevServicesConfig.Enabled.class,
        MultiplexerBuildTimeConfig.Enabled.class })
class DevServicesProcessor {

    private static final Logger LOG = Logger.getLogger(EmbeddedRedis.LOG_CATEGORY);
    private static final String FEATURE = "redis-multiplexer";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

    @BuildStep
    EmbeddedServersBuildItem servers(LiveReloadBuildItem liveReload) {
        return new EmbeddedServersBuildItem(EmbeddedServers.of(liveReload));
    }

    @BuildStep
    void startServers(MultiplexerBuildTimeConfig config, RedisBuildTimeConfig stock, DevServicesConfig devServices,
            ServerDemandsBuildItem demands, DockerStatusBuildItem containerRuntime, LaunchModeBuildItem launchMode,
            EmbeddedServersBuildItem embedded, BuildProducer<DevServicesResultBuildItem> services) {
        List<String> names = demands.embedded(containerRuntime::isContainerRuntimeAvailable);
        List<String> problems = names.stream().flatMap(name -> ServerSettings.problems(new ClientKeys(name),
                config.clients().get(name).devservices(), stock.clients().get(name).devservices().port(),
                demands.type(name)).stream()).toList();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), problems));
        }
        warnOfContainers(demands.clustersLeftToContainers(containerRuntime::isContainerRuntimeAvailable));
        for (String name : names) {
            ClientKeys client = new ClientKeys(name);
            ServerSettings settings = ServerSettings.of(client, config.clients().get(name).devservices(),
                    stock.clients().get(name).devservices().port(), demands.type(name),
                    devServices.timeout().orElse(START_TIMEOUT));
            services.produce(DevServicesResultBuildItem.owned()
                    .feature(FEATURE)
                    .serviceName(name)
                    .description("Embedded " + settings.what() + " for " + client.label())
                    .serviceConfig(settings)
                    .startable(() -> embedded.servers().add(name,
                            new EmbeddedRedis(settings, BinaryFinder.system(), launchMode.getLaunchMode().name())))
                    .configProvider(Map.of(client.stockKey(RedisConfig.HOSTS), EmbeddedRedis::hosts))
                    .postStartHook(EmbeddedRedis::logStart)
                    .build());
        }
    }

    private static void warnOfContainers(List<String> names) {
        names.stream().map(ClientKeys::new).forEach(client -> LOG.warnf(
                "The container of the Redis client extension for %s is no cluster: set %s=embedded, which starts one, or %s",
                client.label(), client.ourKey("devservices.mode"), client.stockKey(RedisConfig.HOSTS)));
    }

    /** Without a container runtime, quarkus-redis-client warns about clients that we give a server. */
    @BuildStep
    void dropWarnings(ServerDemandsBuildItem demands, BuildProducer<LogCleanupFilterBuildItem> filters) {
        List<String> warnings = demands.embedded(() -> false).stream()
                .map(name -> RedisConfig.isDefaultClient(name) ? "default redis client" : name)
                .map(name -> "Please configure quarkus.redis.hosts for " + name + " or get").toList();
        if (!warnings.isEmpty()) {
            filters.produce(new LogCleanupFilterBuildItem(DevServicesRedisProcessor.class.getName(), warnings));
        }
    }
}
