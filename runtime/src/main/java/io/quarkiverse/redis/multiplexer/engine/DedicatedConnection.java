package io.quarkiverse.redis.multiplexer.engine;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * A connection that is lent to one caller at a time. What happens on it is the caller's affair alone: a command that takes
 * long delays nobody else, a transaction is nobody else's.
 * <p>
 * The deadline of a command that does not block for ever is kept; a command that misses it takes the connection with it: on the
 * server it may still be blocked, and there is nobody else to use the connection anyway. One that blocks for long is ended when
 * the server has {@linkplain PresenceCheck forgotten} its connection.
 * <p>
 * May be called from any thread; the calls of one thread take effect in their order.
 */
final class DedicatedConnection implements NodeConnection.Owner {

    /** Who it is lent to. Called on the connection's event loop. */
    interface Borrower {

        /** Needs to know nothing but the replies. */
        Borrower NONE = new Borrower() {
            @Override
            public void onMessage(Response message) {
            }

            @Override
            public void onEnd(Throwable cause) {
            }
        };

        /** A message that is no reply: a line of MONITOR, an invalidation. */
        void onMessage(Response message);

        /** The connection has ended before it was given back. */
        void onEnd(Throwable cause);
    }

    /** A transaction should not end because its login does. */
    private static final Duration LOGIN_MARGIN = Duration.ofSeconds(5);
    private static final String MARKER_CHANNEL = "__redis_multiplexer__:wait";

    private final EventLoop loop;
    private final Failures failures;
    private final Runnable onRemove;
    private final PresenceCheck presence;
    /** How many actions wait to be run on the event loop. */
    private final AtomicInteger queued = new AtomicInteger();
    private NodeConnection connection;
    private Borrower borrower;
    private Consumer<Boolean> leaseEnd;
    private boolean releasing;
    private boolean clean;
    private ScheduledFuture<?> timer;
    /** When it was last given back, on the clock of {@link System#nanoTime()}. */
    private volatile long idleSince;
    private volatile boolean usable;
    private volatile Instant loginExpiry;

    /**
     * @param livenessNanos how often the server is asked about a connection on which a command blocks
     * @param elsewhere sends a request on another connection to the same server
     * @param onRemove to be called when the connection has ended, for the pool
     */
    DedicatedConnection(EventLoop loop, Failures failures, long livenessNanos, Function<Request, Future<Response>> elsewhere,
            Runnable onRemove) {
        this.loop = loop;
        this.failures = failures;
        this.onRemove = onRemove;
        this.presence = new PresenceCheck(loop, livenessNanos, System::nanoTime, elsewhere,
                () -> connection.close(new ConnectException("The server does not know the connection any more")));
    }

    void opened(NodeConnection newConnection) {
        connection = newConnection;
        loginExpiry = newConnection.loginExpiry();
        usable = true;
    }

    /** Whether it can be lent: it is open, and its login holds for a while. May be called from any thread. */
    boolean isUsable() {
        Instant expiry = loginExpiry;
        // A new one is the best that there is.
        boolean isNew = idleSince == 0;
        return usable && (isNew || expiry == null || Instant.now().plus(LOGIN_MARGIN).isBefore(expiry));
    }

    boolean isIdleSince(long moment) {
        return idleSince - moment < 0;
    }

    /** @param newLeaseEnd called once at the end of the lease, with whether the connection can be lent again */
    void lend(Borrower newBorrower, Consumer<Boolean> newLeaseEnd) {
        onLoop(() -> {
            borrower = newBorrower;
            leaseEnd = newLeaseEnd;
            releasing = false;
            if (!connection.isOpen()) {
                endLease(connection.closeCause());
            }
        }, newBorrower::onEnd);
    }

    /** Writes and flushes a command, if there is time left for it. */
    void submit(PendingCommand command, Patience patience) {
        onLoop(() -> {
            if (!connection.isOpen()) {
                command.fail(failures.lost(command, connection.closeCause()));
                return;
            }
            long now = System.nanoTime();
            command.deadline = patience.deadline(now);
            if (command.isOverdue(now)) {
                giveUp(command);
                return;
            }
            if (command instanceof SingleCommand single && single.isWait()) {
                writeMarker();
            }
            connection.write(command);
            connection.flush();
            watchDeadline();
            presence.watch(connection);
        }, command::fail);
    }

    /**
     * WAIT waits for the replicas to have what its own connection wrote last
     * (<a href="https://redis.io/docs/latest/commands/wait/">WAIT</a>), but here the writes are on other connections. So this
     * one writes something, too, which comes after all of them and changes nothing.
     */
    private void writeMarker() {
        SingleCommand marker = new SingleCommand(Request.cmd(Command.PUBLISH, MARKER_CHANNEL, ""), Promise.promise(),
                CommandReport.NONE);
        marker.deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        connection.write(marker);
    }

    /**
     * Ends the lease when everything that was submitted has been answered. Others may be lent the connection then, if it is
     * {@code clean}: they must not find a trace of this caller.
     */
    void release(boolean clean) {
        onLoop(() -> {
            releasing = true;
            this.clean = clean;
            endLeaseIfQuiet();
        }, failure -> {
        });
    }

    private void endLeaseIfQuiet() {
        if (releasing && borrower != null && connection.isOpen() && connection.inFlight() == 0) {
            if (clean && isUsable()) {
                borrower = null;
                releasing = false;
                idleSince = System.nanoTime();
                leaseEnd.accept(true);
            } else {
                connection.close(failures.abandoned());
            }
        }
    }

    /** Closes the connection: it is in a state that nobody else may find it in, or nobody needs it any more. */
    void discard(Throwable cause) {
        onLoop(() -> connection.close(cause), failure -> {
        });
    }

    /** One timer at most, for the oldest command: those behind it cannot be answered before it is. */
    private void watchDeadline() {
        PendingCommand oldest = connection.oldestInFlight();
        if (timer == null && oldest != null && oldest.deadline != PendingCommand.NO_DEADLINE) {
            timer = loop.schedule(this::checkDeadline, oldest.deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    /** What comes after a command may rely on it, as on MULTI: nothing more is done on the connection. */
    private void giveUp(PendingCommand command) {
        Throwable timeout = failures.timedOut(command, null);
        connection.close(timeout);
        command.fail(timeout);
    }

    private void checkDeadline() {
        timer = null;
        PendingCommand oldest = connection.oldestInFlight();
        if (oldest != null && oldest.isOverdue(System.nanoTime())) {
            giveUp(oldest);
        } else {
            watchDeadline();
        }
    }

    @Override
    public void onMessage(Response message) {
        if (borrower != null) {
            borrower.onMessage(message);
        }
    }

    @Override
    public void onReadComplete() {
        endLeaseIfQuiet();
    }

    @Override
    public void onWritable() {
        // What its one caller sends is written at once, and waits in the socket's own buffer.
    }

    @Override
    public void onClosed(CommandQueue inFlight, Throwable cause) {
        usable = false;
        onRemove.run();
        presence.cancel();
        if (timer != null) {
            timer.cancel(false);
        }
        for (PendingCommand command; (command = inFlight.pollFirst()) != null;) {
            command.fail(failures.lost(command, cause));
        }
        endLease(cause);
    }

    private void endLease(Throwable cause) {
        if (borrower != null) {
            Borrower last = borrower;
            borrower = null;
            leaseEnd.accept(false);
            last.onEnd(failures.ended(cause));
        }
    }

    /** Runs an action on the event loop: at once, if we are on it and nothing is queued that came before. */
    private void onLoop(Runnable action, Consumer<Throwable> onRejected) {
        if (loop.inEventLoop() && queued.get() == 0) {
            action.run();
            return;
        }
        queued.incrementAndGet();
        try {
            loop.execute(() -> {
                queued.decrementAndGet();
                action.run();
            });
        } catch (RejectedExecutionException e) {
            queued.decrementAndGet();
            onRejected.accept(failures.stopped());
        }
    }
}
