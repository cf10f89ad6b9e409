package io.quarkiverse.redis.multiplexer.runtime;

import java.util.concurrent.ExecutorService;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.SentinelAccess;
import io.quarkiverse.redis.multiplexer.runtime.MultiplexerConfig.ClientConfig;
import io.quarkus.redis.runtime.client.config.RedisConfig;

/**
 * The options of clients, as they are configured. What is not configured has the default of {@link MultiplexerOptions}, but
 * for the command timeout, which follows from the timeout of the Redis client.
 *
 * @param credentialsThreads on which credentials providers are asked
 */
record ConfiguredOptions(MultiplexerConfig config, RedisConfig redis, ExecutorService credentialsThreads) {

    MultiplexerOptions of(String name) {
        ClientConfig client = config.clients().get(name);
        return new MultiplexerOptions()
                .setLanes(client.lanes())
                .setMaxPending(client.maxPending())
                .setMaxPendingBytes(client.maxPendingBytes().asLongValue())
                .setMaxDedicatedConnections(client.maxDedicatedConnections())
                .setMaxWaitingMessages(
                        client.maxWaitingMessages().orElse(MultiplexerOptions.DEFAULT_MAX_WAITING_MESSAGES))
                .setMaxWaitingBytes(client.maxWaitingBytes().asLongValue())
                .setCommandTimeout(client.commandTimeout().orElseGet(
                        () -> DefaultCommandTimeout.of(redis.clients().get(name).timeout())))
                .setConnectTimeout(client.connectTimeout())
                .setShutdownTimeout(client.shutdownTimeout())
                .setLivenessTimeout(client.livenessTimeout())
                .setReconnectInitial(client.reconnect().initial())
                .setReconnectMax(client.reconnect().max())
                .setUnavailable(client.unavailable())
                .setRetryReadOnly(client.retry().readOnly())
                .setLargeReplyConnection(client.largeReplyConnection())
                .setTransactions(client.transactions())
                .setReadZone(client.readZone().orElse(MultiplexerOptions.DEFAULT_READ_ZONE))
                .setEagerConnect(client.eagerConnect())
                .setSentinelAccess(new SentinelAccess(client.sentinel().username(), client.sentinel().password(),
                        client.sentinel().tls()))
                .setListener(new SubscriptionEvents())
                .setCredentialsProvider(client.credentialsProvider()
                        .map(credentials -> new QuarkusCredentials(credentials, client.credentialsProviderName().orElse(null)))
                        .map(provider -> new CredentialsQuestions(provider::ask, credentialsThreads,
                                CredentialsQuestions.PATIENCE))
                        .orElse(null));
    }
}
