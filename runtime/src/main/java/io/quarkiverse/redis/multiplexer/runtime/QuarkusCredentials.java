package io.quarkiverse.redis.multiplexer.runtime;

import java.time.Instant;
import java.util.Map;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkus.credentials.CredentialsProvider;
import io.quarkus.credentials.runtime.CredentialsProviderFinder;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * Asks Quarkus' credentials provider, and blocks for as long as that does. Apart from this class, the extension does without
 * {@code quarkus-credentials}.
 */
final class QuarkusCredentials {

    private final String credentials;
    private final String bean;
    private volatile CredentialsProvider provider;

    /**
     * @param credentials what the provider knows them by
     * @param bean the name of the provider, or {@code null} if there is only one
     */
    QuarkusCredentials(String credentials, String bean) {
        this.credentials = credentials;
        this.bean = bean;
    }

    Future<RedisCredentials> ask() {
        return ask(provider(), credentials);
    }

    /** What only blocks would be asked asynchronously on a worker of Quarkus, so it is asked here. */
    static Future<RedisCredentials> ask(CredentialsProvider provider, String credentials) {
        try {
            return Future.succeededFuture(read(provider.getCredentials(credentials)));
        } catch (UnsupportedOperationException e) {
            Promise<RedisCredentials> promise = Promise.promise();
            provider.getCredentialsAsync(credentials).map(QuarkusCredentials::read).subscribe()
                    .with(promise::complete, promise::fail);
            return promise.future();
        }
    }

    /** The container has beans only once the application has started, which is after the client was made. */
    private CredentialsProvider provider() {
        if (provider == null) {
            provider = CredentialsProviderFinder.find(bean);
        }
        return provider;
    }

    private static RedisCredentials read(Map<String, String> properties) {
        String expiry = properties.get(CredentialsProvider.EXPIRATION_TIMESTAMP_PROPERTY_NAME);
        return new RedisCredentials(properties.get(CredentialsProvider.USER_PROPERTY_NAME),
                properties.get(CredentialsProvider.PASSWORD_PROPERTY_NAME), expiry == null ? null : Instant.parse(expiry));
    }
}
