package io.quarkiverse.redis.multiplexer.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.LargeReplyConnection;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.TransactionMode;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkus.runtime.annotations.ConfigDocDefault;
import io.quarkus.runtime.annotations.ConfigDocMapKey;
import io.quarkus.runtime.annotations.ConfigGroup;
import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
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
         * The largest number of shared connections to each server. 0 is one per event loop that uses the server. Where there
         * are fewer connections than event loops, event loops share them.
         */
        @WithDefault("" + MultiplexerOptions.DEFAULT_LANES)
        @WithConverter(Ranges.LimitOrAutomatic.class)
        int lanes();

        /**
         * The largest number of commands that one shared connection has accepted and not answered, so each server may have as
         * many as that for each of its shared connections. One more command fails at once with a
         * {@code BacklogFullException}, so that memory is bounded. As many callers may wait for a connection of their own to a
         * server.
         */
        @WithDefault("" + MultiplexerOptions.DEFAULT_MAX_PENDING)
        @WithConverter(Ranges.Limit.class)
        int maxPending();

        /**
         * The largest number of bytes of all commands that the client has accepted and not answered, for all of its servers
         * together. A command that would exceed it fails at once with a {@code BacklogFullException}. 0 is a quarter of the
         * largest heap that the JVM may
         * have.
         */
        @WithDefault("" + MultiplexerOptions.DEFAULT_MAX_PENDING_BYTES)
        @WithConverter(Ranges.SizeOrAutomatic.class)
        MemorySize maxPendingBytes();

        /**
         * The largest number of connections to each server that are lent to one caller each: for blocking commands, for WATCH,
         * and for commands that change the state of their connection. Callers beyond that wait for one, no longer than the
         * command timeout. At most 65535.
         */
        @WithDefault("" + MultiplexerOptions.DEFAULT_MAX_DEDICATED_CONNECTIONS)
        @WithConverter(Ranges.Connections.class)
        int maxDedicatedConnections();

        /**
         * The largest number of published messages that wait for one slow subscriber, besides the limit of their bytes. More
         * are dropped, and reported to the exception handler of the subscription.
         */
        @ConfigDocDefault(value = "no limit but that of bytes", escape = false)
        Optional<@WithConverter(Ranges.Limit.class) Integer> maxWaitingMessages();

        /**
         * The largest number of bytes of published messages that wait for one slow subscriber. More are dropped, and reported
         * to the exception handler of the subscription; so is what is more than a quarter of this for longer than a minute. The
         * default is what the server itself allows for a subscriber that does not read.
         */
        @WithDefault("32M")
        @WithConverter(Ranges.Size.class)
        MemorySize maxWaitingBytes();

        /**
         * How long a command may take, from accepting it to its reply. A command that blocks on the server, such as BLPOP,
         * has its own timeout on top of it, unless both fit into the command timeout.
         */
        @ConfigDocDefault(value = "a little less than the timeout of the Redis client, `quarkus.redis.timeout`, which is how long `RedisDataSource` waits", escape = false)
        Optional<@WithConverter(Ranges.Timeout.class) Duration> commandTimeout();

        /**
         * How long opening a connection may take: socket, TLS and login together.
         */
        @WithDefault("5s")
        @ConfigDocDefault("5s")
        @WithConverter(Ranges.Timeout.class)
        Duration connectTimeout();

        /**
         * How long commands that are in flight are waited for when the application stops.
         */
        @WithDefault("2s")
        @ConfigDocDefault("2s")
        @WithConverter(Ranges.Grace.class)
        Duration shutdownTimeout();

        /**
         * How long a connection may be silent while replies are expected from it, before another connection is opened to find
         * out whether it is dead, and takes over if so. A server that is just busy costs no connection. A connection that
         * nobody uses is asked as often.
         */
        @WithDefault("3s")
        @ConfigDocDefault("3s")
        @WithConverter(Ranges.Timeout.class)
        Duration livenessTimeout();

        /**
         * What happens to commands while the server can't be reached: they wait for it until their deadline, or they fail at
         * once.
         */
        @WithDefault("queue")
        UnavailablePolicy unavailable();

        /**
         * Whether reads with large replies get a connection beside the shared one, so that other commands need not wait until
         * these have been transferred: where it is worth it, as measured, or never.
         */
        @WithDefault("auto")
        LargeReplyConnection largeReplyConnection();

        /**
         * When a transaction on a connection is sent, as that of `withTransaction`: all of it at EXEC, in one piece, on a
         * shared connection, and its commands are answered by the client until then; or each command at once, on a connection
         * of its caller's own. A transaction that watches keys is on a connection of its own in any case. What the server
         * refuses to queue is known at EXEC only if it is collected. It may have as many commands as may be pending, and their
         * bytes count as pending.
         */
        @WithDefault("collected")
        TransactionMode transactions();

        /**
         * The zone of the application, where reads may go to replicas (`quarkus.redis.replicas`). As long as nodes in this zone
         * are fit, only they are read from. A node is in the zone that it is configured to be in (`availability-zone` of
         * Valkey, from version 8 on).
         */
        @ConfigDocDefault("none: all nodes are equal")
        Optional<String> readZone();

        /**
         * Whether shared connections are opened when the application starts, and not when they are first used. A server that
         * can't be reached does not fail the start.
         */
        @WithDefault("false")
        boolean eagerConnect();

        /**
         * The name under which a credentials provider knows the user and the password of this client. It is asked again for
         * each connection, and before credentials whose end it tells have expired. Needs an extension with a credentials
         * provider, such as Vault, or a bean of your own that is an `io.quarkus.credentials.CredentialsProvider`.
         */
        Optional<String> credentialsProvider();

        /**
         * The bean name of the credentials provider, where there are several of them.
         */
        Optional<String> credentialsProviderName();

        /**
         * How connections are made again.
         */
        ReconnectConfig reconnect();

        /**
         * Which commands are sent again.
         */
        RetryConfig retry();

        /**
         * The readiness check.
         */
        HealthConfig health();

        /**
         * How sentinels are reached, where that differs from the servers that they watch.
         */
        SentinelConfig sentinel();
    }

    @ConfigGroup
    interface SentinelConfig {

        /**
         * The user of the sentinels.
         */
        @ConfigDocDefault("as for the servers that they watch, if no password of the sentinels is set either")
        Optional<String> username();

        /**
         * The password of the sentinels.
         */
        @ConfigDocDefault("as for the servers that they watch, if no user of the sentinels is set either")
        Optional<String> password();

        /**
         * Whether the sentinels speak TLS.
         */
        @ConfigDocDefault("as the servers that they watch")
        Optional<Boolean> tls();
    }

    @ConfigGroup
    interface ReconnectConfig {

        /**
         * The delay after the first failed attempt to connect. It doubles with each further one, less a random part.
         */
        @WithDefault("10ms")
        @ConfigDocDefault("10ms")
        @WithConverter(Ranges.Timeout.class)
        Duration initial();

        /**
         * The longest delay between attempts to connect.
         */
        @WithDefault("500ms")
        @ConfigDocDefault("500ms")
        @WithConverter(Ranges.Timeout.class)
        Duration max();
    }

    @ConfigGroup
    interface RetryConfig {

        /**
         * Whether a command that only reads is sent again, once, when its connection was lost before its reply. A command that
         * may write is never sent twice.
         */
        @WithDefault("true")
        boolean readOnly();
    }

    @ConfigGroup
    interface HealthConfig {

        /**
         * How long the readiness check waits for the server's answer to a PING.
         */
        @ConfigDocDefault(value = "the command timeout", escape = false)
        Optional<@WithConverter(Ranges.Timeout.class) Duration> timeout();
    }
}
