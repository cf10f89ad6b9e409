package io.quarkiverse.redis.multiplexer.engine.topology;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionOwner;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.RenewalLog;
import io.quarkiverse.redis.multiplexer.engine.connection.ServerIdentity;
import io.vertx.core.Context;
import io.vertx.core.Future;

/**
 * Connects to the server that answers everything at the moment, for the hub, whose connection goes with it. Connections are
 * made and used on one event loop; everything else may be asked from any thread.
 */
final class FollowingConnector implements Connector {

    private final EventLoop loop;
    private final PrimaryView view;
    private final Supplier<Optional<Node>> current;
    private final RenewalLog renewals;
    /** Of the connections that are open. */
    private final Map<NodeConnection, Node> homes = new IdentityHashMap<>();

    /**
     * @param loop on which connections are made
     * @param current the node that answers everything at the moment
     * @param subject of the log
     */
    FollowingConnector(EventLoop loop, PrimaryView view, Supplier<Optional<Node>> current, String subject) {
        this.loop = loop;
        this.view = view;
        this.current = current;
        this.renewals = new RenewalLog(subject);
    }

    @Override
    public Future<NodeConnection> connect(Context context, ConnectionRole role, ConnectionOwner owner, Runnable opened) {
        homes.keySet().removeIf(connection -> !connection.isOpen());
        return view.whenKnown(context).compose(known -> onCurrent(node -> node.connector().connect(context, role, owner, opened)
                .compose(connection -> stayOn(node, connection))));
    }

    /** Gives up connections to others than the current one. */
    void leaveOthers() {
        LoopTask.run(loop, "leaving a server", () -> new ArrayList<>(homes.keySet()).forEach(this::leaveIfPast));
    }

    private void leaveIfPast(NodeConnection connection) {
        Node home = homes.get(connection);
        if (current.get().filter(node -> node != home).isPresent()) {
            homes.remove(connection);
            connection.close(new ConnectException(home.failures().subject() + " is not the primary any more"));
        }
    }

    /** Another one may have taken its place while the connection was made, of which whoever wants it hears by the failure. */
    private Future<NodeConnection> stayOn(Node node, NodeConnection connection) {
        if (current.get().filter(node::equals).isPresent()) {
            homes.put(connection, node);
            return Future.succeededFuture(connection);
        }
        ConnectException cause = new ConnectException(node.failures().subject() + " is not the primary any more");
        if (connection.isOpen()) {
            connection.abandon(cause).failAll(cause);
        }
        return Future.failedFuture(cause);
    }

    private interface Use<T> {

        Future<T> of(Node node);
    }

    private <T> Future<T> onCurrent(Use<T> use) {
        return current.get().map(use::of).orElseGet(() -> Future.failedFuture(new ConnectException("There is no primary")));
    }

    @Override
    public Future<RedisCredentials> login(Context context) {
        return onCurrent(node -> node.connector().login(context));
    }

    @Override
    public Future<Void> tryOut(RedisCredentials login, Context context) {
        return onCurrent(node -> node.connector().tryOut(login, context));
    }

    @Override
    public Future<Void> renewLogin(NodeConnection connection, RedisCredentials login) {
        Node home = homes.get(connection);
        return home != null ? home.connector().renewLogin(connection, login)
                : onCurrent(node -> node.connector().renewLogin(connection, login));
    }

    @Override
    public RenewalLog renewals() {
        return renewals;
    }

    @Override
    public ServerIdentity server() {
        return current.get().map(node -> node.connector().server()).orElse(ServerIdentity.UNKNOWN);
    }

    /** The sockets are those of the nodes. */
    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
