package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionOwner;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.RenewalLog;
import io.quarkiverse.redis.multiplexer.engine.connection.ServerIdentity;
import io.quarkiverse.redis.multiplexer.engine.pubsub.ClusterNodes.Member;
import io.vertx.core.Context;
import io.vertx.core.Future;

/**
 * Connects to any primary of a cluster: at each attempt to one after the other, in a new order, until one lets us in; last to
 * the one of the latest connection, which is not there any more. Clients that begin together spread over the nodes.
 * <p>
 * Used on one event loop.
 */
final class RovingConnector implements Connector {

    private final ClusterNodes nodes;
    private final RenewalLog renewals;
    /** Of the connections that are open. */
    private final Map<NodeConnection, Member> homes = new IdentityHashMap<>();
    private Optional<Member> latest = Optional.empty();

    /** @param subject of the log */
    RovingConnector(ClusterNodes nodes, String subject) {
        this.nodes = nodes;
        this.renewals = new RenewalLog(subject);
    }

    /** The node at the other end of a connection that was made here. */
    Optional<Member> home(NodeConnection connection) {
        return Optional.ofNullable(homes.get(connection));
    }

    @Override
    public Future<NodeConnection> connect(Context context, ConnectionRole role, ConnectionOwner owner, Runnable opened) {
        homes.keySet().removeIf(connection -> !connection.isOpen());
        return nodes.whenKnown(context).compose(known -> {
            List<Member> candidates = new ArrayList<>(nodes.primaries());
            Collections.shuffle(candidates);
            latest.filter(candidates::remove).ifPresent(candidates::add);
            Future<NodeConnection> attempt = Future.failedFuture(new IllegalStateException("The cluster has no primary"));
            for (Member candidate : candidates) {
                attempt = attempt.recover(failure -> connectTo(candidate, context, role, owner, opened));
            }
            return attempt;
        });
    }

    private Future<NodeConnection> connectTo(Member node, Context context, ConnectionRole role, ConnectionOwner owner,
            Runnable opened) {
        return node.connector().connect(context, role, owner, opened).onSuccess(connection -> {
            homes.put(connection, node);
            latest = Optional.of(node);
        });
    }

    private Optional<Connector> current() {
        return latest.map(Member::connector);
    }

    private static <T> Future<T> notConnected() {
        return Future.failedFuture(new IllegalStateException("There has been no connection"));
    }

    @Override
    public Future<RedisCredentials> login(Context context) {
        return current().map(connector -> connector.login(context)).orElseGet(RovingConnector::notConnected);
    }

    @Override
    public Future<Void> tryOut(RedisCredentials login, Context context) {
        return current().map(connector -> connector.tryOut(login, context)).orElseGet(RovingConnector::notConnected);
    }

    @Override
    public Future<Void> renewLogin(NodeConnection connection, RedisCredentials login) {
        return home(connection).map(node -> node.connector().renewLogin(connection, login))
                .orElseGet(RovingConnector::notConnected);
    }

    @Override
    public RenewalLog renewals() {
        return renewals;
    }

    @Override
    public ServerIdentity server() {
        return current().map(Connector::server).orElse(ServerIdentity.UNKNOWN);
    }

    /** The sockets are those of the nodes. */
    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
