package io.quarkiverse.redis.multiplexer;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link MultiplexedRedis} handles lanes, deadlines and failures. What it connects to is in
 * {@link io.vertx.redis.client.RedisOptions}. In Quarkus, each of these is a key under
 * {@code quarkus.redis-multiplexer}. Not thread-safe; a client copies what it needs.
 */
public final class MultiplexerOptions {

    public static final String DEFAULT_READ_ZONE = "";
    public static final int DEFAULT_LANES = 0;
    public static final int DEFAULT_MAX_PENDING = 65_536;
    public static final long DEFAULT_MAX_PENDING_BYTES = 0;
    public static final int DEFAULT_MAX_DEDICATED_CONNECTIONS = 32;
    public static final int MOST_DEDICATED_CONNECTIONS = 65_535;
    public static final int DEFAULT_MAX_WAITING_MESSAGES = Integer.MAX_VALUE;
    public static final long DEFAULT_MAX_WAITING_BYTES = 32L * 1024 * 1024;
    /** 10 seconds. */
    public static final Duration DEFAULT_COMMAND_TIMEOUT = Duration.ofSeconds(10);
    /** 5 seconds. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** 2 seconds. */
    public static final Duration DEFAULT_SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);
    /** 3 seconds. */
    public static final Duration DEFAULT_LIVENESS_TIMEOUT = Duration.ofSeconds(3);
    /** 10 milliseconds. */
    public static final Duration DEFAULT_RECONNECT_INITIAL = Duration.ofMillis(10);
    /** 500 milliseconds. */
    public static final Duration DEFAULT_RECONNECT_MAX = Duration.ofMillis(500);
    /** Timeouts are kept in milliseconds, and deadlines in nanoseconds, which end after some hundred years. */
    public static final Duration LONGEST_TIMEOUT = Duration.ofDays(36_500);
    private static final int DEFAULT_PART_OF_HEAP = 4;

    private int lanes = DEFAULT_LANES;
    private int maxPending = DEFAULT_MAX_PENDING;
    private long maxPendingBytes = DEFAULT_MAX_PENDING_BYTES;
    private int maxDedicatedConnections = DEFAULT_MAX_DEDICATED_CONNECTIONS;
    private int maxWaitingMessages = DEFAULT_MAX_WAITING_MESSAGES;
    private long maxWaitingBytes = DEFAULT_MAX_WAITING_BYTES;
    private Duration commandTimeout = DEFAULT_COMMAND_TIMEOUT;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Duration shutdownTimeout = DEFAULT_SHUTDOWN_TIMEOUT;
    private Duration livenessTimeout = DEFAULT_LIVENESS_TIMEOUT;
    private Duration reconnectInitial = DEFAULT_RECONNECT_INITIAL;
    private Duration reconnectMax = DEFAULT_RECONNECT_MAX;
    private UnavailablePolicy unavailable = UnavailablePolicy.QUEUE;
    private boolean retryReadOnly = true;
    private LargeReplyConnection largeReplyConnection = LargeReplyConnection.AUTO;
    private TransactionMode transactions = TransactionMode.COLLECTED;
    private String readZone = DEFAULT_READ_ZONE;
    private boolean eagerConnect;
    private MultiplexerListener listener = MultiplexerListener.NONE;
    private RedisCredentialsProvider credentialsProvider;
    private SentinelAccess sentinelAccess = SentinelAccess.AS_SERVERS;
    private CommandTracer commandTracer = CommandTracer.NONE;

    public MultiplexerOptions() {
    }

    public MultiplexerOptions(MultiplexerOptions other) {
        this.lanes = other.lanes;
        this.maxPending = other.maxPending;
        this.maxPendingBytes = other.maxPendingBytes;
        this.maxDedicatedConnections = other.maxDedicatedConnections;
        this.maxWaitingMessages = other.maxWaitingMessages;
        this.maxWaitingBytes = other.maxWaitingBytes;
        this.commandTimeout = other.commandTimeout;
        this.connectTimeout = other.connectTimeout;
        this.shutdownTimeout = other.shutdownTimeout;
        this.livenessTimeout = other.livenessTimeout;
        this.reconnectInitial = other.reconnectInitial;
        this.reconnectMax = other.reconnectMax;
        this.unavailable = other.unavailable;
        this.retryReadOnly = other.retryReadOnly;
        this.largeReplyConnection = other.largeReplyConnection;
        this.transactions = other.transactions;
        this.readZone = other.readZone;
        this.eagerConnect = other.eagerConnect;
        this.listener = other.listener;
        this.credentialsProvider = other.credentialsProvider;
        this.sentinelAccess = other.sentinelAccess;
        this.commandTracer = other.commandTracer;
    }

    public int getLanes() {
        return lanes;
    }

    /** At most so many shared connections to each server; 0, the default, is one per event loop that uses the server. */
    public MultiplexerOptions setLanes(int lanes) {
        this.lanes = lanes;
        return this;
    }

    public int getMaxPending() {
        return maxPending;
    }

    /**
     * At most so many commands of one lane may be accepted and unanswered; one more fails with {@link BacklogFullException}. A
     * batch counts as one when it is accepted: it is let in as a whole, or not at all. As many callers may wait for a
     * connection of their own to a server.
     */
    public MultiplexerOptions setMaxPending(int maxPending) {
        this.maxPending = maxPending;
        return this;
    }

    /** The limit that holds: if none was set, a quarter of the largest heap that the JVM may have. */
    public long getMaxPendingBytes() {
        return maxPendingBytes == 0 ? Runtime.getRuntime().maxMemory() / DEFAULT_PART_OF_HEAP : maxPendingBytes;
    }

    /**
     * At most so many bytes of commands may be accepted and unanswered, of the whole client, whichever server they are for; a
     * command that would exceed them fails with {@link BacklogFullException}. 0, the default, is a quarter of the heap.
     */
    public MultiplexerOptions setMaxPendingBytes(long maxPendingBytes) {
        this.maxPendingBytes = maxPendingBytes;
        return this;
    }

    public int getMaxDedicatedConnections() {
        return maxDedicatedConnections;
    }

    /**
     * At most so many connections to each server for callers that need one of their own: blocking commands, WATCH and
     * the like. Callers beyond that wait, at most for the {@linkplain #setCommandTimeout command timeout}. 65,535 at most.
     */
    public MultiplexerOptions setMaxDedicatedConnections(int maxDedicatedConnections) {
        this.maxDedicatedConnections = maxDedicatedConnections;
        return this;
    }

    public int getMaxWaitingMessages() {
        return maxWaitingMessages;
    }

    /**
     * At most so many messages may wait for the handler of one connection with subscriptions, besides what is said of
     * {@linkplain #setMaxWaitingBytes bytes}; more are dropped. As many as there are by default.
     */
    public MultiplexerOptions setMaxWaitingMessages(int maxWaitingMessages) {
        this.maxWaitingMessages = maxWaitingMessages;
        return this;
    }

    public long getMaxWaitingBytes() {
        return maxWaitingBytes;
    }

    /**
     * At most so many bytes of messages may wait for the handler of one connection with subscriptions, and a quarter of that
     * for longer than a minute; more are dropped. {@link #DEFAULT_MAX_WAITING_BYTES} by default, which is the server's own
     * limit.
     */
    public MultiplexerOptions setMaxWaitingBytes(long maxWaitingBytes) {
        this.maxWaitingBytes = maxWaitingBytes;
        return this;
    }

    public Duration getCommandTimeout() {
        return commandTimeout;
    }

    /**
     * From accepting a command to its reply, {@link #DEFAULT_COMMAND_TIMEOUT} by default. A command that blocks on the server
     * has the timeout of its own argument on top, unless the command timeout is longer by a fifth of itself, and a second at
     * least.
     */
    public MultiplexerOptions setCommandTimeout(Duration commandTimeout) {
        this.commandTimeout = commandTimeout;
        return this;
    }

    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    /** For opening a socket, TLS and the Redis handshake together, {@link #DEFAULT_CONNECT_TIMEOUT} by default. */
    public MultiplexerOptions setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
        return this;
    }

    public Duration getShutdownTimeout() {
        return shutdownTimeout;
    }

    /** How long commands in flight are waited for when the client ends, {@link #DEFAULT_SHUTDOWN_TIMEOUT} by default. */
    public MultiplexerOptions setShutdownTimeout(Duration shutdownTimeout) {
        this.shutdownTimeout = shutdownTimeout;
        return this;
    }

    public Duration getLivenessTimeout() {
        return livenessTimeout;
    }

    /**
     * How long a connection may be silent while something is expected from it, before it is found out whether it is dead;
     * {@link #DEFAULT_LIVENESS_TIMEOUT} by default. A connection that nobody uses is asked as often.
     */
    public MultiplexerOptions setLivenessTimeout(Duration livenessTimeout) {
        this.livenessTimeout = livenessTimeout;
        return this;
    }

    public Duration getReconnectInitial() {
        return reconnectInitial;
    }

    /**
     * The delay after the first failed attempt to connect, {@link #DEFAULT_RECONNECT_INITIAL} by default; it doubles with each
     * further one.
     */
    public MultiplexerOptions setReconnectInitial(Duration reconnectInitial) {
        this.reconnectInitial = reconnectInitial;
        return this;
    }

    public Duration getReconnectMax() {
        return reconnectMax;
    }

    /** The longest delay between attempts to connect, {@link #DEFAULT_RECONNECT_MAX} by default. */
    public MultiplexerOptions setReconnectMax(Duration reconnectMax) {
        this.reconnectMax = reconnectMax;
        return this;
    }

    public UnavailablePolicy getUnavailable() {
        return unavailable;
    }

    /** What happens to commands while there is no connection; they {@linkplain UnavailablePolicy#QUEUE wait} by default. */
    public MultiplexerOptions setUnavailable(UnavailablePolicy unavailable) {
        this.unavailable = Objects.requireNonNull(unavailable);
        return this;
    }

    public boolean isRetryReadOnly() {
        return retryReadOnly;
    }

    /**
     * Whether a command that only reads is sent again, once, when its connection was lost before its reply; yes by default.
     * A command that may write is never sent twice.
     */
    public MultiplexerOptions setRetryReadOnly(boolean retryReadOnly) {
        this.retryReadOnly = retryReadOnly;
        return this;
    }

    public LargeReplyConnection getLargeReplyConnection() {
        return largeReplyConnection;
    }

    /**
     * Whether reads with large replies get a connection beside the shared one; by default they do
     * {@linkplain LargeReplyConnection#AUTO where it is worth it}.
     */
    public MultiplexerOptions setLargeReplyConnection(LargeReplyConnection largeReplyConnection) {
        this.largeReplyConnection = Objects.requireNonNull(largeReplyConnection);
        return this;
    }

    public TransactionMode getTransactions() {
        return transactions;
    }

    /** When a transaction on a connection is sent; by default when it is {@linkplain TransactionMode#COLLECTED complete}. */
    public MultiplexerOptions setTransactions(TransactionMode transactions) {
        this.transactions = Objects.requireNonNull(transactions);
        return this;
    }

    public String getReadZone() {
        return readZone;
    }

    /**
     * The zone whose nodes are read from as long as there are any that are fit, of those that
     * {@link io.vertx.redis.client.RedisOptions#setUseReplicas} allows; none by default, when all are equal. A node is in the
     * zone that it tells itself (Valkey's {@code availability-zone}).
     */
    public MultiplexerOptions setReadZone(String readZone) {
        this.readZone = Objects.requireNonNull(readZone);
        return this;
    }

    public boolean isEagerConnect() {
        return eagerConnect;
    }

    /** Whether all lanes connect when the client is made, and not when they are first used; no by default. */
    public MultiplexerOptions setEagerConnect(boolean eagerConnect) {
        this.eagerConnect = eagerConnect;
        return this;
    }

    public MultiplexerListener getListener() {
        return listener;
    }

    /** Who hears of what happens to the connections. */
    public MultiplexerOptions setListener(MultiplexerListener listener) {
        this.listener = Objects.requireNonNull(listener);
        return this;
    }

    public RedisCredentialsProvider getCredentialsProvider() {
        return credentialsProvider;
    }

    /** Who is asked for user and password; {@code null}, the default, to take those of the connection string and options. */
    public MultiplexerOptions setCredentialsProvider(RedisCredentialsProvider credentialsProvider) {
        this.credentialsProvider = credentialsProvider;
        return this;
    }

    public SentinelAccess getSentinelAccess() {
        return sentinelAccess;
    }

    /** How sentinels are connected to, {@link SentinelAccess#AS_SERVERS} by default. */
    public MultiplexerOptions setSentinelAccess(SentinelAccess sentinelAccess) {
        this.sentinelAccess = sentinelAccess;
        return this;
    }

    public CommandTracer getCommandTracer() {
        return commandTracer;
    }

    /** Makes the spans of commands, in the place of the tracer of Vert.x; that is what does by default. */
    public MultiplexerOptions setCommandTracer(CommandTracer commandTracer) {
        this.commandTracer = Objects.requireNonNull(commandTracer);
        return this;
    }

    /** Everything that is out of its range, one sentence each, with the key, the value and the range; empty if all is well. */
    public List<String> problems() {
        return new OptionProblems(this).all();
    }
}
