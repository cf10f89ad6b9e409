package io.quarkiverse.redis.multiplexer.engine.vertx;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.pool.ConnectResult;
import io.vertx.core.internal.pool.ConnectionPool;
import io.vertx.core.internal.pool.Lease;
import io.vertx.core.internal.pool.PoolConnector;
import io.vertx.core.internal.pool.PoolWaiter;

/**
 * Vert.x' connection pool, with a limit to how long one waits for a lease. Thread-safe.
 *
 * @param <C> the type of the connections
 */
public final class ConnectionLeases<C> {

    /**
     * A connection that is lent.
     *
     * @param connection what is lent
     * @param giveBack puts it back into the pool; to be called at most once, and not after the connection has ended
     */
    public record Leased<C>(C connection, Runnable giveBack) {
    }

    private final ConnectionPool<C> pool;

    /**
     * @param connect makes a connection on the event loop of the context, which calls the {@link Runnable} when it ends
     * @param isUsable whether a connection that is in the pool may be lent
     */
    public ConnectionLeases(int maxConnections, int maxWaiting, BiFunction<Context, Runnable, Future<C>> connect,
            Predicate<C> isUsable) {
        this.pool = ConnectionPool.pool(new Connector<>(connect, isUsable), new int[] { maxConnections }, maxWaiting);
    }

    /**
     * Lends a connection, preferably one on the event loop of {@code caller}, making it if need be. Throws nothing, also after
     * Vert.x was closed.
     *
     * @param onTimeout the failure after {@code timeoutMillis} without one
     */
    public Future<Leased<C>> acquire(Context caller, long timeoutMillis, Supplier<Throwable> onTimeout) {
        Acquisition<C> acquisition = new Acquisition<>(pool, VertxAccess.promise(caller));
        try {
            acquisition.timer = VertxAccess.eventLoop(caller).schedule(() -> acquisition.giveUp(onTimeout.get()),
                    timeoutMillis, TimeUnit.MILLISECONDS);
            pool.acquire((ContextInternal) caller, acquisition, 0, acquisition);
        } catch (RejectedExecutionException e) {
            // The event loop is gone: nobody could be told on it.
            return Future.failedFuture(e);
        }
        return acquisition.promise.future();
    }

    /** Removes the connections that {@code predicate} holds for from the pool, unless they are lent, and hands them over. */
    public void evict(Predicate<C> predicate, Consumer<List<C>> evicted) {
        pool.evict(predicate, (connections, failure) -> evicted.accept(failure == null ? connections : List.of()));
    }

    /** How many connections there are: lent, waiting to be, and being made. */
    public int size() {
        return pool.size();
    }

    /** Lends no more, fails who waits, and hands over every connection that there is or will still come to be. */
    public void close(Consumer<Future<C>> leftover) {
        pool.close((connections, failure) -> {
            if (failure == null) {
                connections.forEach(leftover);
            }
        });
    }

    private record Connector<C>(BiFunction<Context, Runnable, Future<C>> connect,
            Predicate<C> isUsable) implements PoolConnector<C> {

        @Override
        public Future<ConnectResult<C>> connect(ContextInternal context, Listener listener) {
            return begin(context, listener).map(connection -> new ConnectResult<>(connection, 1, 0));
        }

        /** Until the pool hears of a result, it keeps a place for the connection. */
        private Future<C> begin(Context context, Listener listener) {
            try {
                return connect.apply(context, listener::onRemove);
            } catch (Throwable e) {
                return Future.failedFuture(e);
            }
        }

        @Override
        public boolean isValid(C connection) {
            return isUsable.test(connection);
        }
    }

    /** One caller who waits. The pool may answer before or after the time is up; the first of the two counts. */
    private static final class Acquisition<C> implements PoolWaiter.Listener<C>, Completable<Lease<C>> {

        private final ConnectionPool<C> pool;
        private final Promise<Leased<C>> promise;
        private volatile ScheduledFuture<?> timer;
        private volatile PoolWaiter<C> waiter;

        Acquisition(ConnectionPool<C> pool, Promise<Leased<C>> promise) {
            this.pool = pool;
            this.promise = promise;
        }

        @Override
        public void onEnqueue(PoolWaiter<C> enqueued) {
            waiter = enqueued;
        }

        @Override
        public void onConnect(PoolWaiter<C> connecting) {
            waiter = connecting;
        }

        @Override
        public void complete(Lease<C> lease, Throwable failure) {
            timer.cancel(false);
            if (failure != null) {
                promise.tryFail(failure);
                return;
            }
            if (!promise.tryComplete(new Leased<>(lease.get(), lease::recycle))) {
                lease.recycle();
            }
        }

        void giveUp(Throwable cause) {
            if (promise.tryFail(cause) && waiter != null) {
                pool.cancel(waiter, (cancelled, failure) -> {
                    // Not cancelled means that the lease is on its way; complete() gives it back.
                });
            }
        }
    }
}
