package io.quarkiverse.redis.multiplexer.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkus.runtime.annotations.ConfigDocDefault;
import io.quarkus.runtime.annotations.ConfigDocMapKey;
import io.quarkus.runtime.annotations.ConfigGroup;
import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithDefaults;
import io.smallrye.config.WithParentName;
import io.smallrye.config.WithUnnamedKey;

/**
 * How clients handle lanes, deadlines and failures. What they connect to is configured as for the Redis client extension,
 * under {@code quarkus.redis}.
 */
@ConfigMapping(prefix = "quarkus.redis-multiplexer")
@ConfigRoot(phase = ConfigPhase.RUN_TIME)
public interface MultiplexerConfig {

    String PREFIX = "quarkus.redis-multiplexer.";

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
         * The largest number of shared connections. 0 is one per event loop that uses the client. Where there are fewer
         * connections than event loops, event loops share them.
         */
        @WithDefault("" + MultiplexerOptions.DEFAULT_LANES)
        int lanes();

        /**
         * The largest number of commands that one shared connection has accepted and not answered. One more command fails at
         * once with a {@code BacklogFullException}, so that memory is bounded.
         */
        @WithDefault("" + MultiplexerOptions.DEFAULT_MAX_PENDING)
        int maxPending();

        /**
         * The largest number of connections that are lent to one caller each: for blocking commands, transactions, and
         * commands that change the state of their connection. Callers beyond that wait for one, no longer than the command
         * timeout.
         */
        @WithDefault("" + MultiplexerOptions.DEFAULT_MAX_DEDICATED_CONNECTIONS)
        int maxDedicatedConnections();

        /**
         * The largest number of published messages that wait for one slow subscriber. More are dropped, and reported to the
         * exception handler of the subscription.
         */
        @WithDefault("" + MultiplexerOptions.DEFAULT_MAX_WAITING_MESSAGES)
        int maxWaitingMessages();

        /**
         * How long a command may take, from accepting it to its reply. A command that blocks on the server, such as BLPOP,
         * has its own timeout on top of it.
         */
        @ConfigDocDefault("the timeout of the Redis client, `quarkus.redis.timeout`")
        Optional<Duration> commandTimeout();

        /**
         * How long opening a connection may take: socket, TLS and login together.
         */
        @WithDefault("5s")
        Duration connectTimeout();

        /**
         * How long commands that are in flight are waited for when the application stops.
         */
        @WithDefault("2s")
        Duration shutdownTimeout();
    }
}
