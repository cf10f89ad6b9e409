package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.eclipse.microprofile.config.ConfigProvider;
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
import io.smallrye.config.SmallRyeConfig;

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
        boolean traces = ContainerTraces.ofThisMachine().any();
        BooleanSupplier containers = () -> traces && containerRuntime.isContainerRuntimeAvailable();
        List<String> names = demands.embedded(containers);
        if (!names.isEmpty()) {
            // Before the results are there for which Quarkus itself looks for a container runtime.
            RuntimeSearchLog.allow(traces);
        }
        List<String> problems = names.stream().flatMap(name -> ServerSettings.problems(new ClientKeys(name),
                config.clients().get(name).devservices(), stock.clients().get(name).devservices().port(),
                demands.of(name)).stream()).toList();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(String.join(System.lineSeparator(), problems));
        }
        warnOfContainers(demands, containers, config);
        for (String name : names) {
            ServerSettings settings = ServerSettings.of(new ClientKeys(name), config.clients().get(name).devservices(),
                    stock.clients().get(name).devservices().port(), demands.of(name),
                    devServices.timeout().orElse(START_TIMEOUT));
            Optional<SharedService> shared = SharedService.of(settings, stock.clients().get(name).devservices(),
                    ConfigProvider.getConfig().unwrap(SmallRyeConfig.class), launchMode.getLaunchMode());
            services.produce(shared.flatMap(service -> found(settings, service))
                    .orElseGet(() -> started(settings, shared, stock, launchMode, embedded)));
        }
    }

    private static DevServicesResultBuildItem started(ServerSettings settings, Optional<SharedService> shared,
            RedisBuildTimeConfig stock, LaunchModeBuildItem launchMode, EmbeddedServersBuildItem embedded) {
        ClientKeys client = settings.client();
        ContainerOnlyKeys unfollowed = ContainerOnlyKeys.of(client, stock.clients().get(client.name()).devservices());
        return DevServicesResultBuildItem.owned()
                .feature(FEATURE)
                .serviceName(client.name())
                .description("Embedded " + settings.what() + " for " + client.label())
                .serviceConfig(settings)
                .startable(() -> embedded.servers().add(client.name(),
                        new EmbeddedRedis(settings, BinaryFinder.system(), launchMode.getLaunchMode().name())))
                .configProvider(Map.of(client.stockKey(RedisConfig.HOSTS), EmbeddedRedis::hosts))
                .postStartHook(server -> {
                    server.logStart(unfollowed);
                    shared.ifPresent(service -> service.publish(server.getConnectionInfo()));
                })
                .build();
    }

    private static Optional<DevServicesResultBuildItem> found(ServerSettings settings, SharedService service) {
        ClientKeys client = settings.client();
        return service.find(settings.password()).map(addresses -> {
            LOG.infof("Dev Services share the embedded %s \"%s\" of another application on %s for %s", settings.what(),
                    service.name(), addresses, client.label());
            return DevServicesResultBuildItem.discovered()
                    .feature(FEATURE)
                    .description("Shared embedded " + settings.what() + " for " + client.label())
                    .config(Map.of(client.stockKey(RedisConfig.HOSTS), EmbeddedRedis.hosts(addresses, settings.password())))
                    .build();
        });
    }

    private static void warnOfContainers(ServerDemandsBuildItem demands, BooleanSupplier containers,
            MultiplexerBuildTimeConfig config) {
        for (String name : demands.lackingInContainers(containers)) {
            ClientKeys client = new ClientKeys(name);
            LOG.warnf(
                    "The container of the Redis client extension for %s is one server and no %s: set %s=embedded, which starts"
                            + " one, or %s",
                    client.label(), Shape.of(config.clients().get(name).devservices(), demands.of(name)).what(),
                    client.ourKey("devservices.mode"), client.stockKey(RedisConfig.HOSTS));
        }
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
