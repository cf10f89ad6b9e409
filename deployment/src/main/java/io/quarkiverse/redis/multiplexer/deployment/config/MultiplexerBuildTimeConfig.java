package io.quarkiverse.redis.multiplexer.deployment.config;

import java.util.Map;
import java.util.function.BooleanSupplier;

import io.quarkiverse.redis.multiplexer.runtime.ClientRegistry;
import io.quarkus.runtime.annotations.ConfigDocMapKey;
import io.quarkus.runtime.annotations.ConfigDocSection;
import io.quarkus.runtime.annotations.ConfigGroup;
import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithDefaults;
import io.smallrye.config.WithParentName;
import io.smallrye.config.WithUnnamedKey;

@ConfigMapping(prefix = "quarkus.redis-multiplexer")
@ConfigRoot(phase = ConfigPhase.BUILD_TIME)
public interface MultiplexerBuildTimeConfig {

    /**
     * Whether the application's Redis clients are multiplexed. If not, they are those of the Redis client extension.
     */
    @WithDefault("true")
    boolean enabled();

    /**
     * The clients. The keys of the default client have no name; those of others have the name that
     * {@link io.quarkus.redis.client.RedisClientName} gives.
     */
    @WithParentName
    @WithDefaults
    @WithUnnamedKey(ClientRegistry.DEFAULT_CLIENT)
    @ConfigDocMapKey("redis-client-name")
    Map<String, ClientConfig> clients();

    @ConfigGroup
    interface ClientConfig {

        /**
         * Dev Services.
         */
        @ConfigDocSection
        DevServicesBuildTimeConfig devservices();
    }

    /** For build steps that there are only if the extension is enabled. */
    record Enabled(MultiplexerBuildTimeConfig config) implements BooleanSupplier {

        @Override
        public boolean getAsBoolean() {
            return config.enabled();
        }
    }
}
