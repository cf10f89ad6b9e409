package io.quarkiverse.redis.multiplexer.runtime;

import java.util.stream.Stream;

import org.eclipse.microprofile.config.ConfigProvider;

import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.net.NetClientOptions;

/**
 * Undoes one default of quarkus-redis-client: that a client with TLS does not verify that the certificate is the server's. What
 * is configured stays as it is.
 */
record HostnameVerification(RedisConfig config) {

    private static final String ATTRIBUTE = "tls.hostname-verification-algorithm";

    void applyTo(NetClientOptions options, String client) {
        boolean off = "".equals(options.getHostnameVerificationAlgorithm());
        // What a named TLS configuration says, or does not say, has been taken over as it is.
        boolean byKeysOfTheClient = config.clients().get(client).tlsConfigurationName().isEmpty();
        if (off && byKeysOfTheClient && !options.isTrustAll() && !isConfigured(client)) {
            options.setHostnameVerificationAlgorithm("HTTPS");
        }
    }

    private static boolean isConfigured(String client) {
        SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
        return Stream.of(RedisConfig.getPropertyName(client, ATTRIBUTE), "quarkus.redis.\"" + client + "\"." + ATTRIBUTE)
                .map(config::getConfigValue).anyMatch(HostnameVerification::isNoDefault);
    }

    private static boolean isNoDefault(ConfigValue value) {
        return value.getValue() != null && value.getConfigSourceOrdinal() > Integer.MIN_VALUE;
    }
}
