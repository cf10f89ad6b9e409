package io.quarkiverse.redis.multiplexer.deployment;

import java.util.function.BooleanSupplier;

import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

@ConfigMapping(prefix = "quarkus.redis-multiplexer")
@ConfigRoot(phase = ConfigPhase.BUILD_TIME)
public interface MultiplexerBuildTimeConfig {

    /**
     * Whether the application's Redis clients are multiplexed. If not, they are those of the Redis client extension.
     */
    @WithDefault("true")
    boolean enabled();

    /** For build steps that there are only if the extension is enabled. */
    record Enabled(MultiplexerBuildTimeConfig config) implements BooleanSupplier {

        @Override
        public boolean getAsBoolean() {
            return config.enabled();
        }
    }
}
