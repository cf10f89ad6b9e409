package io.quarkiverse.redis.multiplexer.engine.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.topology.Topology;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Closeable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** The multiplexed client. What it consists of is made when it is first used. */
final class MultiplexedGeneration implements Generation {

    private record Open(ClientParts parts, Admission admission) {
    }

    private final Vertx vertx;
    private final ClientSettings settings;
    private volatile Open open;
    /** So that nothing is left when Vert.x is closed by somebody who does not know of this client. */
    private final Closeable closeHook = completion -> end().onComplete(completion);
    private Future<Void> ended;

    MultiplexedGeneration(Vertx vertx, ClientSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /** Does what the settings ask for before the first command. */
    void start() {
        if (settings.multiplexer().isEagerConnect()) {
            open().parts.topology().connectAll();
        }
    }

    @Override
    public Future<Response> send(Request request) {
        return open().admission.send(request);
    }

    @Override
    public Future<List<Response>> batch(List<Request> requests) {
        return open().admission.batch(requests);
    }

    @Override
    public Future<RedisConnection> connect() {
        ClientParts parts = open().parts;
        Context caller = vertx.getOrCreateContext();
        if (VertxAccess.isGone(caller)) {
            return Future.failedFuture(parts.failures().stopped());
        }
        Future<Void> ready = parts.topology().whenReady(caller);
        parts.gate().connecting(caller, ready);
        return ready.succeeded() ? VertxAccess.succeeded(caller, new LazyConnection(parts, caller))
                : ready.map(done -> new LazyConnection(parts, caller));
    }

    @Override
    public ClientStatus status() {
        Open current = open;
        List<NodeStatus> nodes = current != null ? current.parts.topology().status() : Topology.configured(settings);
        RoutingStatus routing = current != null ? current.parts.topology().routing() : RoutingStatus.UNUSED;
        synchronized (this) {
            return new ClientStatus(settings.name(), ended == null, routing, nodes);
        }
    }

    @Override
    public Outage outage() {
        return Optional.ofNullable(open).map(current -> current.parts.topology().outage()).orElse(Outage.NONE);
    }

    @Override
    public Future<Response> ping() {
        return open().parts.topology().ping(vertx.getOrCreateContext());
    }

    /** With a cluster, it is a part of what {@link io.vertx.redis.client.RedisCluster#create(Redis)} says, which refuses us. */
    @Override
    public String note() {
        return settings.redis().getType() == RedisClientType.CLUSTER
                ? ", " + LazyConnection.WITHOUT_CLUSTER_API
                : "";
    }

    @Override
    public Future<Void> end() {
        Promise<Void> promise = Promise.promise();
        Open current;
        synchronized (this) {
            if (ended != null) {
                return ended;
            }
            ended = promise.future();
            current = open;
        }
        if (current == null) {
            promise.complete();
        } else {
            // Until then, whoever closes Vert.x waits for it.
            current.parts.topology().close(settings.multiplexer().getShutdownTimeout())
                    .onComplete(done -> VertxAccess.removeCloseHook(vertx, closeHook)).onComplete(promise);
        }
        return promise.future();
    }

    private Open open() {
        Open current = open;
        return current != null ? current : makeOpen();
    }

    private synchronized Open makeOpen() {
        if (open == null) {
            ClientParts parts = ClientParts.make(vertx, settings);
            if (ended != null) {
                parts.topology().close(Duration.ZERO);
            } else {
                VertxAccess.addCloseHook(vertx, closeHook);
            }
            open = new Open(parts, new Admission(vertx, parts.topology(), new ClientEntrance(parts)));
        }
        return open;
    }
}
