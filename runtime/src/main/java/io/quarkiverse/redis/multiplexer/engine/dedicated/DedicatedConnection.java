package io.quarkiverse.redis.multiplexer.engine.dedicated;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Demotion;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.CommandTraffic;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionOwner;
import io.quarkiverse.redis.multiplexer.engine.connection.NodeConnection;
import io.quarkiverse.redis.multiplexer.engine.connection.PresenceCheck;
import io.quarkiverse.redis.multiplexer.engine.connection.TrafficListener;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A connection that is lent to one caller at a time. What happens on it is the caller's affair alone: a command that takes
 * long delays nobody else, a transaction is nobody else's. It is lent again only if the server's answers say that nothing is
 * left of the caller.
 * <p>
 * May be called from any thread; the calls of one thread take effect in their order. What crosses threads does so through the
 * event loop's queue, which owns all state.
 */
public final class DedicatedConnection implements ConnectionOwner, CommandTraffic {

    /** Where the connection comes from. Called on its event loop. */
    interface Home {

        /** Sends a request on another connection to the same server. */
        Future<Response> ask(Request request);

        /** Whether connections as old as this one are lent. May be called from any thread. */
        boolean isCurrent();

        /** The server has become a replica. */
        void onDemoted(ErrorType error);

        /** The connection has ended. */
        void onRemoved(DedicatedConnection connection);
    }

    /** A loan of the connection. One of these is called, once. */
    interface Lease {

        /** The connection can be lent again. */
        void giveBack();

        /** The connection has ended. */
        void end();
    }

    /** A transaction should not end because its login does. */
    private static final Duration LOGIN_MARGIN = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final ClientSettings settings;
    private final Failures failures;
    private final Home home;
    private final PresenceCheck presence;
    /** How many actions wait to be run on the event loop. */
    private final AtomicInteger queued = new AtomicInteger();
    private NodeConnection connection;
    private DedicatedCommands commands;
    private Borrower borrower;
    private Lease lease;
    private boolean releasing;
    /** When it was last given back, on the clock of {@link System#nanoTime()}. */
    private volatile long idleSince;
    private volatile boolean usable;
    private volatile Instant loginExpiry;

    DedicatedConnection(EventLoop loop, ClientSettings settings, Failures failures, Home home) {
        this.loop = loop;
        this.settings = settings;
        this.failures = failures;
        this.home = home;
        this.presence = new PresenceCheck(loop, settings.multiplexer().getLivenessTimeout().toNanos(), System::nanoTime,
                home::ask, () -> connection.close(new ConnectException("The server does not know the connection any more")));
    }

    @Override
    public TrafficListener traffic() {
        return this;
    }

    @Override
    public void onHandedOver(NodeConnection newConnection) {
        connection = newConnection;
        commands = new DedicatedCommands(newConnection, loop, settings.multiplexer(), failures);
        loginExpiry = newConnection.loginExpiry();
        usable = true;
    }

    /**
     * Whether it can be lent: it is open, to the server that is asked for now, and its login holds for a while. May be called
     * from any thread.
     */
    boolean isUsable() {
        Instant expiry = loginExpiry;
        // A new one is the best that there is.
        boolean isNew = idleSince == 0;
        return usable && home.isCurrent()
                && (isNew || expiry == null || Instant.now().plus(LOGIN_MARGIN).isBefore(expiry));
    }

    boolean isIdleSince(long moment) {
        return idleSince - moment < 0;
    }

    void lend(Borrower newBorrower, Lease newLease) {
        onLoop(() -> {
            borrower = newBorrower;
            lease = newLease;
            releasing = false;
            commands.begin();
            if (!connection.isOpen()) {
                endLease(connection.closeCause());
            }
        }, newBorrower::onEnd);
    }

    /** Writes and flushes a command, or fails it. */
    public void submit(PendingCommand command, CommandTraits traits, Patience patience) {
        onLoop(() -> {
            try {
                commands.submit(command, traits, patience);
                presence.watch(connection);
            } catch (Throwable e) {
                // There was no memory to take it in.
                command.fail(e);
            }
            endLeaseIfQuiet();
        }, command::fail);
    }

    /** Something that the borrower was asked to do has failed, before it came here. */
    public void partFailed(Throwable cause) {
        onLoop(() -> commands.partFailed(cause), stopped -> {
        });
    }

    /** Ends the lease when everything that was submitted has been answered. */
    public void releaseWhenDone() {
        onLoop(() -> {
            releasing = true;
            endLeaseIfQuiet();
        }, stopped -> {
        });
    }

    /** The same; and what may take for ever has the time of an ordinary command left: nobody could end it any more. */
    public void release() {
        onLoop(() -> {
            commands.limitTime();
            releasing = true;
            endLeaseIfQuiet();
        }, stopped -> {
        });
    }

    /** Closes the connection: it is in a state that nobody else may find it in, or nobody needs it any more. */
    void discard(Throwable cause) {
        onLoop(() -> connection.close(cause), stopped -> {
        });
    }

    /** Looks whether it can be done without, now that it is not to the server that is asked for. */
    void lookAgain() {
        onLoop(this::endLeaseIfQuiet, stopped -> {
        });
    }

    private void endLeaseIfQuiet() {
        if (borrower == null || !connection.isOpen() || commands.areAwaited()) {
            return;
        }
        // What is in flight and not awaited has missed its deadline: one more answer, which may change everything.
        boolean reusable = commands.haveLeftNothing();
        if (releasing) {
            if (reusable && isUsable()) {
                giveBack();
            } else {
                connection.close(failures.abandoned());
            }
        } else if (reusable && !home.isCurrent() && borrower.givesUp()) {
            borrower = null;
            lease.end();
            connection.close(failures.abandoned());
        }
    }

    private void giveBack() {
        borrower = null;
        releasing = false;
        idleSince = System.nanoTime();
        // Somebody may have been waiting for it, and have it after this.
        lease.giveBack();
    }

    @Override
    public boolean mustStayClean() {
        return false;
    }

    @Override
    public void onAnswer(PendingCommand command, Response reply) {
        commands.onAnswer(command, reply);
        Demotion.toldBy(command.nextEffect(), reply).ifPresent(home::onDemoted);
    }

    @Override
    public boolean takesBack(NodeConnection from, PendingCommand command, ErrorType error) {
        boolean taken = borrower != null && borrower.takesBack(command, error);
        if (taken) {
            commands.forget(command);
        }
        return taken;
    }

    @Override
    public void onDroppedAnswer(PendingCommand command) {
        commands.onDroppedAnswer(command);
    }

    /** One more reply than there were commands: the next one might be taken for somebody else's. */
    @Override
    public void onMessage(NodeConnection from, Response message) {
        if (borrower != null && borrower.expectsMessages()) {
            borrower.onMessage(message);
        } else {
            CommandTraffic.super.onMessage(from, message);
        }
    }

    @Override
    public void onDroppedMessage(NodeConnection from) {
        if (borrower == null || !borrower.expectsMessages()) {
            CommandTraffic.super.onDroppedMessage(from);
        }
    }

    @Override
    public void onReadComplete(NodeConnection from) {
        commands.goOn();
        endLeaseIfQuiet();
    }

    @Override
    public void onWritable() {
        commands.onWritable();
    }

    @Override
    public void onClosed(NodeConnection closed, CommandQueue inFlight, Throwable cause) {
        usable = false;
        presence.cancel();
        commands.end(inFlight);
        home.onRemoved(this);
        endLease(cause);
        for (PendingCommand command; (command = inFlight.pollFirst()) != null;) {
            command.fail(failures.lost(command, cause));
        }
    }

    private void endLease(Throwable cause) {
        if (borrower != null) {
            Borrower last = borrower;
            borrower = null;
            lease.end();
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
        AtomicBoolean taken = new AtomicBoolean();
        boolean gone;
        try {
            loop.execute(() -> {
                queued.decrementAndGet();
                if (taken.compareAndSet(false, true)) {
                    action.run();
                }
            });
            // In its last moment, a loop takes a task that it neither runs nor rejects.
            gone = loop.isShutdown();
        } catch (RejectedExecutionException e) {
            queued.decrementAndGet();
            gone = true;
        }
        if (gone && taken.compareAndSet(false, true)) {
            onRejected.accept(failures.stopped());
        }
    }
}
