package io.quarkiverse.redis.multiplexer.runtime;

import java.util.stream.Stream;

import org.eclipse.microprofile.config.ConfigProvider;

import io.quarkus.redis.runtime.client.config.RedisConfig;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.net.NetClientOptions;

/**
 * Undoes two defaults of quarkus-redis-client: that TCP keep-alive is off, and that a client with TLS does not verify that the
 * certificate is the server's. What is configured stays as it is.
 */
record SocketDefaults(RedisConfig config) {

    private static final String VERIFICATION = "tls.hostname-verification-algorithm";

    void applyTo(NetClientOptions options, String client) {
        if (config.clients().get(client).tcp().keepAlive().isEmpty()) {
            options.setTcpKeepAlive(true);
        }
        boolean unverified = "".equals(options.getHostnameVerificationAlgorithm());
        // What a named TLS configuration says, or does not say, has been taken over as it is.
        boolean byKeysOfTheClient = config.clients().get(client).tlsConfigurationName().isEmpty();
        if (unverified && byKeysOfTheClient && !options.isTrustAll() && !isConfigured(client, VERIFICATION)) {
            options.setHostnameVerificationAlgorithm("HTTPS");
        }
    }

    private static boolean isConfigured(String client, String attribute) {
        SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
        return Stream.of(RedisConfig.getPropertyName(client, attribute), "quarkus.redis.\"" + client + "\"." + attribute)
                .map(config::getConfigValue).anyMatch(SocketDefaults::isNoDefault);
    }

    private static boolean isNoDefault(ConfigValue value) {
        return value.getValue() != null && value.getConfigSourceOrdinal() > Integer.MIN_VALUE;
    }
}
