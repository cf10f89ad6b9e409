package io.quarkiverse.redis.multiplexer.engine;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.engine.vertx.ConnectionLeases;
import io.quarkiverse.redis.multiplexer.engine.vertx.ConnectionLeases.Leased;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * The dedicated connections to one node. They are made when they are needed, lent, and closed when nobody has needed them
 * for {@code quarkus.redis.pool-recycle-timeout}. Pool metrics are those of the stock client. Thread-safe.
 */
final class DedicatedPool {

    private final NodeConnector connector;
    private final BiFunction<Context, Request, Future<Response>> elsewhere;
    private final ClientSettings settings;
    private final Failures failures;
    private final PoolTelemetry telemetry;
    private final ConnectionLeases<DedicatedConnection> leases;
    private final long idleTimeoutNanos;
    private ScheduledFuture<?> cleaner;
    private boolean closed;

    /** @param elsewhere sends a request on another connection to the same node */
    DedicatedPool(Vertx vertx, NodeConnector connector, ClientSettings settings, Failures failures,
            BiFunction<Context, Request, Future<Response>> elsewhere) {
        this.connector = connector;
        this.elsewhere = elsewhere;
        this.settings = settings;
        this.failures = failures;
        int size = settings.multiplexer().getMaxDedicatedConnections();
        this.leases = new ConnectionLeases<>(size, settings.multiplexer().getMaxPending(), this::connect,
                DedicatedConnection::isUsable);
        this.idleTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(settings.redis().getPoolRecycleTimeout());
        this.telemetry = new PoolTelemetry(vertx, settings.name(), size);
    }

    int size() {
        return leases.size();
    }

    /** Lends a connection to {@code borrower}, who gives it back by {@link DedicatedConnection#release} or {@code discard}. */
    Future<DedicatedConnection> acquire(Context caller, DedicatedConnection.Borrower borrower) {
        Object queued = telemetry.submitted();
        long timeout = settings.multiplexer().getCommandTimeout().toMillis();
        return acquireUsable(caller, timeout).map(leased -> {
            Object used = telemetry.begin(queued);
            return lend(leased, borrower, used);
        }).recover(failure -> {
            telemetry.rejected(queued);
            return Future.failedFuture(explain(failure));
        });
    }

    private Future<Leased<DedicatedConnection>> acquireUsable(Context caller, long timeout) {
        return leases.acquire(caller, timeout, () -> failures.noDedicatedConnection(timeout)).compose(leased -> {
            if (leased.connection().isUsable()) {
                return Future.succeededFuture(leased);
            }
            leased.connection().discard(failures.idle());
            return acquireUsable(caller, timeout);
        });
    }

    /** Says what neither Vert.x' pool nor the connector knows: whose failure it is, and which key to change. */
    private synchronized Throwable explain(Throwable failure) {
        if (failure instanceof CommandFailure) {
            return failure;
        }
        if (closed) {
            return failures.stopped();
        }
        return failure instanceof ConnectionPoolTooBusyException ? failures.tooManyWaiting() : failures.cannotConnect(failure);
    }

    private DedicatedConnection lend(Leased<DedicatedConnection> leased, DedicatedConnection.Borrower borrower, Object used) {
        leased.connection().lend(borrower, reusable -> {
            telemetry.end(used);
            if (reusable) {
                leased.giveBack().run();
            }
        });
        return leased.connection();
    }

    private Future<DedicatedConnection> connect(Context context, Runnable onRemove) {
        EventLoop loop = VertxAccess.eventLoop(context);
        DedicatedConnection connection = new DedicatedConnection(loop, failures,
                settings.multiplexer().getLivenessTimeout().toNanos(), request -> elsewhere.apply(context, request), onRemove);
        return connector.connect(context, connection, () -> {
        }).map(opened -> {
            connection.opened(opened);
            keepClean(loop);
            return connection;
        });
    }

    private synchronized void keepClean(EventLoop loop) {
        long period = settings.redis().getPoolCleanerInterval();
        if (cleaner == null && !closed && period > 0 && idleTimeoutNanos > 0) {
            cleaner = loop.scheduleAtFixedRate(this::clean, period, period, TimeUnit.MILLISECONDS);
        }
    }

    private void clean() {
        long longAgo = System.nanoTime() - idleTimeoutNanos;
        leases.evict(connection -> connection.isIdleSince(longAgo),
                evicted -> evicted.forEach(connection -> connection.discard(failures.idle())));
    }

    /** Lends no more, and closes every connection; blocking commands fail at once. */
    Future<Void> close() {
        synchronized (this) {
            closed = true;
            if (cleaner != null) {
                cleaner.cancel(false);
            }
        }
        leases.close(leftover -> leftover.onSuccess(connection -> connection.discard(failures.stopped())));
        telemetry.close();
        return Future.succeededFuture();
    }
}
