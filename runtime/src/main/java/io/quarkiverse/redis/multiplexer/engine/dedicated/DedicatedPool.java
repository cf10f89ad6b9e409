package io.quarkiverse.redis.multiplexer.engine.dedicated;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.DedicatedStatus;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PoolTelemetry;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.connection.Connector;
import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.vertx.ConnectionLeases;
import io.quarkiverse.redis.multiplexer.engine.vertx.ConnectionLeases.Leased;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * The dedicated connections to one node. They are made when they are needed, lent, and closed when nobody has needed them
 * for {@code quarkus.redis.pool-recycle-timeout}. Pool metrics are those of the stock client. Thread-safe.
 */
public final class DedicatedPool {

    /** The node of the pool, as far as the pool needs it. May be called from any thread. */
    public interface Surroundings {

        /** Sends a request that is no caller's on another connection to the same node. */
        Future<Response> question(Context caller, Request request);

        /** The node has answered that it is a replica. */
        void onDemoted(ErrorType error);

        /** What the server is told on each connection. */
        default ConnectionRole role() {
            return ConnectionRole.PLAIN;
        }
    }

    private final Connector connector;
    private final Surroundings node;
    private final ClientSettings settings;
    private final Failures failures;
    private final PoolTelemetry telemetry;
    private final ConnectionLeases<DedicatedConnection> leases;
    private final Set<DedicatedConnection> connections = ConcurrentHashMap.newKeySet();
    private final long idleTimeoutNanos;
    /** Grows when the connections that there are must not be lent any more. */
    private volatile int epoch;
    private final LongAdder connects = new LongAdder();
    private volatile Optional<Throwable> lastFailure = Optional.empty();
    private LoopTimer cleaner;
    private boolean closed;

    public DedicatedPool(Vertx vertx, Connector connector, ClientSettings settings, Failures failures, Surroundings node) {
        this.connector = connector;
        this.node = node;
        this.settings = settings;
        this.failures = failures;
        int size = settings.multiplexer().getMaxDedicatedConnections();
        this.leases = new ConnectionLeases<>(size, settings.multiplexer().getMaxPending(), this::connect,
                DedicatedConnection::isUsable);
        this.idleTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(settings.redis().getPoolRecycleTimeout());
        this.telemetry = new PoolTelemetry(vertx, settings.name(), size);
    }

    public int size() {
        return leases.size();
    }

    public DedicatedStatus status() {
        int lent = (int) connections.stream().filter(DedicatedConnection::isLent).count();
        return new DedicatedStatus(connections.size(), lent, connects.sum(),
                lastFailure.map(Failures::describe).orElse(null));
    }

    /**
     * Lends a connection to {@code borrower}, who gives it back.
     *
     * @param command the name of what it is for
     * @param deadline until when one is waited for, on the clock of {@link System#nanoTime()}
     */
    public Future<LentConnection> acquire(Context caller, String command, Borrower borrower, long deadline) {
        Object queued = telemetry.submitted();
        return acquireUsable(caller, command, deadline, borrower, queued).recover(failure -> {
            telemetry.rejected(queued);
            return Future.failedFuture(explain(command, failure));
        });
    }

    private Future<LentConnection> acquireUsable(Context caller, String command, long deadline, Borrower borrower,
            Object queued) {
        // Not before the deadline, by which callers tell what they have waited for.
        long left = Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()) + 1);
        return leases.acquire(caller, left, () -> failures.noDedicatedConnection(command)).compose(leased -> {
            try {
                if (leased.connection().isUsable()) {
                    return Future.succeededFuture(lend(leased, borrower, telemetry.begin(queued)));
                }
            } catch (Throwable e) {
                // Nobody gets it, and nobody would give it back.
                leased.connection().discard(e);
                throw e;
            }
            leased.connection().discard(failures.idle());
            return acquireUsable(caller, command, deadline, borrower, queued);
        });
    }

    /** Says what neither Vert.x' pool nor the connector knows: whose failure it is, and which key to change. */
    private synchronized Throwable explain(String command, Throwable failure) {
        if (failure instanceof CommandFailure) {
            return failure;
        }
        if (closed) {
            return failures.stopped();
        }
        return failure instanceof ConnectionPoolTooBusyException ? failures.tooManyWaiting(command)
                : failures.cannotConnect(failure);
    }

    private LentConnection lend(Leased<DedicatedConnection> leased, Borrower borrower, Object used) {
        leased.connection().lend(borrower, new Lease() {
            @Override
            public void giveBack() {
                telemetry.end(used);
                leased.giveBack().run();
            }

            @Override
            public void end() {
                telemetry.end(used);
            }
        });
        return leased.connection();
    }

    private Future<DedicatedConnection> connect(Context context, Runnable onRemove) {
        EventLoop loop = VertxAccess.eventLoop(context);
        DedicatedConnection connection = new DedicatedConnection(loop, settings, failures, new Home(context, onRemove));
        return connector.connect(context, node.role(), connection, () -> {
        }).map(opened -> {
            try {
                connections.add(connection);
                connects.increment();
                keepClean(loop);
            } catch (Throwable e) {
                // Nobody gets it.
                connection.discard(e);
                throw e;
            }
            return connection;
        }).onFailure(cause -> lastFailure = Optional.of(cause));
    }

    private synchronized void keepClean(EventLoop loop) {
        long period = settings.redis().getPoolCleanerInterval();
        if (cleaner == null && !closed && period > 0 && idleTimeoutNanos > 0) {
            LoopTimer begun = new LoopTimer(loop);
            begun.repeat("the end of idle connections", this::clean, period);
            cleaner = begun;
        }
    }

    private void clean() {
        long longAgo = System.nanoTime() - idleTimeoutNanos;
        leases.evict(connection -> connection.isIdleSince(longAgo), closeAll(failures.idle()));
    }

    /**
     * Lends no connection any more that there is now. Those that are not lent are closed, and those whose borrower can do
     * without; the others when they are given back.
     */
    public void renew() {
        synchronized (this) {
            epoch++;
        }
        leases.evict(connection -> !connection.isUsable(), closeAll(failures.abandoned()));
        connections.forEach(DedicatedConnection::lookAgain);
    }

    /** Has the server let go of those who wait there: their commands are refused, and not executed. */
    public void letGo() {
        connections.forEach(DedicatedConnection::letGo);
    }

    private static Consumer<List<DedicatedConnection>> closeAll(Throwable cause) {
        return connections -> connections.forEach(connection -> connection.discard(cause));
    }

    /** Lends no more, and closes every connection; blocking commands fail at once. */
    public Future<Void> close() {
        synchronized (this) {
            closed = true;
            if (cleaner != null) {
                cleaner.cancel();
            }
        }
        leases.close(leftover -> leftover.onSuccess(connection -> connection.discard(failures.stopped())));
        telemetry.close();
        return Future.succeededFuture();
    }

    /** This pool, for one connection. */
    private final class Home implements ConnectionHome {

        private final Context context;
        private final Runnable onRemove;
        private final int made = epoch;

        Home(Context context, Runnable onRemove) {
            this.context = context;
            this.onRemove = onRemove;
        }

        @Override
        public Future<Response> ask(Request request) {
            return node.question(context, request);
        }

        @Override
        public boolean isCurrent() {
            return made == epoch;
        }

        @Override
        public void onDemoted(ErrorType error) {
            node.onDemoted(error);
        }

        @Override
        public void onRemoved(DedicatedConnection connection) {
            connections.remove(connection);
            onRemove.run();
        }
    }
}
