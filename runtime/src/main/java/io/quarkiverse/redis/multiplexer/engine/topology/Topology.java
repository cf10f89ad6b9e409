package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Telemetry;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Hub;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The servers that a client has to do with, and which of them answers what. Whoever has something to be answered says what
 * kind of way it needs, and learns nothing of nodes.
 * <p>
 * All methods may be called from any thread, and none of them blocks. Connections are made when they are first needed. After
 * {@link #close} everything that is asked for fails, as {@linkplain Failures#stopped() not sent}.
 */
public interface Topology {

    /**
     * The topology for the type of client that the settings tell.
     *
     * @param bytes counts those of the whole client
     */
    static Topology of(Vertx vertx, ClientSettings settings, PendingBytes bytes) {
        return switch (settings.redis().getType()) {
            case CLUSTER -> new Cluster(vertx, settings, bytes);
            case SENTINEL -> Sentinel.topology(vertx, settings, bytes);
            case REPLICATION -> Replication.topology(vertx, settings, bytes);
            case STANDALONE -> new Standalone(vertx, settings, bytes);
        };
    }

    /** What {@link #status} tells before there is a topology: the nodes that are configured. */
    static List<NodeStatus> configured(ClientSettings settings) {
        return settings.addresses().stream().map(Node::unused).toList();
    }

    /** The words for failures of what has not come to a node. */
    Failures failures();

    /** Where it is reported what becomes of a command, or of a batch. @param first of its requests */
    Telemetry telemetry(Request first);

    /** Opens the shared connections that would otherwise be opened when they are first used. */
    void connectAll();

    /**
     * Whether commands can be answered now, as far as that is known beforehand.
     *
     * @return completes on {@code caller} when there is a connection; fails with the cause if there can't be one right now
     */
    Future<Void> whenReady(Context caller);

    /**
     * Whether servers that commands go to cannot be reached now, though others may soon take their place.
     */
    Outage outage();

    /** Asks one of the servers that commands go to whether it is there: one that is not known to be away, if there is any. */
    Future<Response> ping(Context caller);

    /**
     * Sends a command on a shared connection. Commands that are submitted for contexts of the same event loop, in order, keep
     * their order, as far as they concern the same keys.
     *
     * @param caller the connection is that of its event loop
     */
    void submit(Context caller, PendingCommand command);

    /**
     * Sends a command on a connection that it has for itself meanwhile.
     *
     * @param caller the connection is one on its event loop, if there is one
     * @param requests what the command asks for
     * @param accepted when it was, on the clock of {@link System#nanoTime()}
     * @param limit of its time, which may be set later
     */
    void runAlone(Context caller, PendingCommand command, List<Request> requests, long accepted, TimeLimit limit);

    /**
     * Lends a connection.
     *
     * @param caller the connection is one on its event loop, if there is one
     * @param requests the first that are to be sent on it, by whose keys the node is found
     * @param borrower gives the connection back
     * @return fails with a {@link io.quarkiverse.redis.multiplexer.CommandFailure} if none can be made, or becomes free, in
     *         time
     */
    Future<LentConnection> lend(Context caller, List<Request> requests, Borrower borrower);

    /**
     * Whether different commands may have to go to different servers, by their keys. Then a connection should be held for no
     * longer than for a transaction, and what has no keys tells nothing of where it should be.
     */
    default boolean placesByKeys() {
        return false;
    }

    /** The reason why there are no transactions; empty if there are. */
    default Optional<Throwable> objectionToTransactions() {
        return Optional.empty();
    }

    /**
     * The way to subscriptions.
     *
     * @param home the connection for subscriptions lives on the event loop of who needs it first
     */
    Hub hub(Context home);

    /** Of every node that is known. */
    List<NodeStatus> status();

    /** Of what is on no lane. */
    default RoutingStatus routing() {
        return RoutingStatus.UNUSED;
    }

    /**
     * Ends all connections: those of blocking commands and subscriptions at once, the shared ones when what is in flight has
     * been answered.
     *
     * @param grace how long that is waited for at most; then it fails
     */
    Future<Void> close(Duration grace);
}
