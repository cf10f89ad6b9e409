package io.quarkiverse.redis.multiplexer.deployment.devservices;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.eclipse.microprofile.config.ConfigProvider;

import io.quarkiverse.redis.multiplexer.deployment.config.MultiplexerBuildTimeConfig;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.redis.deployment.client.RedisBuildTimeConfig;
import io.smallrye.config.SmallRyeConfig;

/** Reads which clients need a server: in production, too, as it decides which clients there are. */
@BuildSteps(onlyIf = MultiplexerBuildTimeConfig.Enabled.class)
class ServerDemandsProcessor {

    @BuildStep
    ServerDemandsBuildItem demands(MultiplexerBuildTimeConfig ours, RedisBuildTimeConfig stock) {
        SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
        Map<String, ServerDemand> demands = new TreeMap<>();
        ServerDemand.clients(ours, stock)
                .forEach(name -> demands.put(name, ServerDemand.of(new ClientKeys(name), ours, stock, config)));
        Set<String> hidden = new TreeSet<>(stock.clients().keySet());
        hidden.removeIf(name -> !ServerDemand.isContainerDisabled(new ClientKeys(name), config));
        return new ServerDemandsBuildItem(demands, hidden);
    }
}
