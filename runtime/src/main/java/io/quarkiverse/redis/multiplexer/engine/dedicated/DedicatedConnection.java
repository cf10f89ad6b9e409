package io.quarkiverse.redis.multiplexer.engine.dedicated;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

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
import io.quarkiverse.redis.multiplexer.engine.vertx.LoopOrder;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A connection that is lent to one caller at a time. What happens on it is the caller's affair alone: a command that takes
 * long delays nobody else, a transaction is nobody else's. It is lent again only if the server's answers say that nothing is
 * left of the caller.
 * <p>
 * May be called from any thread; the calls of one thread take effect in their order. What crosses threads does so through the
 * event loop's queue, which owns all state. The states are those of {@link LoanState}.
 */
final class DedicatedConnection implements ConnectionOwner, CommandTraffic, LentConnection {

    /** A transaction should not end because its login does. */
    private static final Duration LOGIN_MARGIN = Duration.ofSeconds(5);

    private static final String PLACE = "a connection of its own";

    /** The borrower who has the connection, and how the pool is told of the end of that. */
    private record Loan(Borrower borrower, Lease lease) {
    }

    private final EventLoop loop;
    private final LoopOrder order;
    private final ClientSettings settings;
    private final Failures failures;
    private final ConnectionHome home;
    private final PresenceCheck presence;
    private volatile LoanState state = LoanState.OPENING;
    /** Both are there when it is not {@link LoanState#OPENING} any more. */
    private NodeConnection connection;
    private DedicatedCommands commands;
    /** There while it is {@link LoanState#LENT}, {@link LoanState#RETURNING}, or discarded because of what was left on it. */
    private Optional<Loan> loan = Optional.empty();
    /** When it was made, or last given back, on the clock of {@link System#nanoTime()}. */
    private volatile long idleSince;
    /** Whether it has been given back before. */
    private volatile boolean used;
    /** Whether those commands that have been answered have left nothing. */
    private volatile boolean clean = true;
    private volatile Optional<Instant> loginExpiry = Optional.empty();

    DedicatedConnection(EventLoop loop, ClientSettings settings, Failures failures, ConnectionHome home) {
        this.loop = loop;
        this.order = new LoopOrder(loop);
        this.settings = settings;
        this.failures = failures.at(PLACE);
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
        commands = new DedicatedCommands(newConnection, loop, settings.multiplexer(), failures,
                ReplicationMarker.firstOf(settings.redis().getType()), System::nanoTime);
        loginExpiry = newConnection.loginExpiry();
        idleSince = System.nanoTime();
        become(LoanState.IDLE);
    }

    private void become(LoanState next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A dedicated connection cannot go from " + state + " to " + next);
        }
        state = next;
    }

    /**
     * Whether it can be lent: it is open, to the server that is asked for now, and its login holds for a while. May be called
     * from any thread.
     */
    boolean isUsable() {
        LoanState current = state;
        // A new one is the best that there is.
        boolean isNew = !used && System.nanoTime() - idleSince < LOGIN_MARGIN.toNanos();
        return (current == LoanState.IDLE || current == LoanState.LENT || current == LoanState.RETURNING) && home.isCurrent()
                && (isNew || loginExpiry.filter(expiry -> !Instant.now().plus(LOGIN_MARGIN).isBefore(expiry)).isEmpty());
    }

    /** Whether a caller has it. May be called from any thread. */
    boolean isLent() {
        LoanState current = state;
        return current == LoanState.LENT || current == LoanState.RETURNING;
    }

    boolean isIdleSince(long moment) {
        return idleSince - moment < 0;
    }

    /** Lends it. If it has ended, or is ending, since it was found to be usable, the borrower is told at once. */
    void lend(Borrower borrower, Lease lease) {
        order.run(() -> {
            if (state == LoanState.IDLE && connection.isOpen()) {
                try {
                    begin(new Loan(borrower, lease));
                } catch (Throwable e) {
                    // There is no memory for a loan, and nobody who would give it back.
                    connection.close(e);
                }
            } else {
                lease.end();
                borrower.onEnd(failures.ended(connection.closeCause()));
            }
        }, () -> borrower.onEnd(failures.stopped()));
    }

    private void begin(Loan begun) {
        loan = Optional.of(begun);
        become(LoanState.LENT);
        commands.begin();
    }

    @Override
    public void submit(PendingCommand command, CommandTraits traits, Patience patience) {
        order.run(() -> {
            try {
                commands.submit(command, traits, patience);
                presence.watch(connection);
            } catch (Throwable e) {
                // There was no memory to take it in.
                commands.refuse(command, traits, e);
            }
            endLoanIfQuiet();
        }, () -> command.fail(failures.stopped()));
    }

    @Override
    public void partFailed(Throwable cause) {
        runUnlessGone(() -> commands.partFailed(cause));
    }

    @Override
    public void limitTime(PendingCommand command, long deadline) {
        runUnlessGone(() -> commands.limitTime(command, deadline));
    }

    @Override
    public boolean isClean() {
        return clean;
    }

    @Override
    public void releaseWhenDone() {
        runUnlessGone(this::beReturning);
    }

    @Override
    public void release() {
        runUnlessGone(() -> {
            commands.limitTime();
            beReturning();
        });
    }

    private void beReturning() {
        if (state == LoanState.LENT) {
            become(LoanState.RETURNING);
        }
        endLoanIfQuiet();
    }

    /** It is in a state that nobody else may find it in, or nobody needs it any more. */
    @Override
    public void discard(Throwable cause) {
        runUnlessGone(() -> connection.close(cause));
    }

    /** Looks whether it can be done without, now that it is not to the server that is asked for. */
    void lookAgain() {
        runUnlessGone(this::endLoanIfQuiet);
    }

    /** Ends the wait of a command that blocks, with an error. Does nothing to others. */
    void letGo() {
        runUnlessGone(() -> {
            if (connection.isOpen() && connection.inFlight() > 0) {
                connection.serverSideId()
                        .ifPresent(id -> home.ask(Request.cmd(Command.CLIENT).arg("UNBLOCK").arg(id).arg("ERROR")));
            }
        });
    }

    private void endLoanIfQuiet() {
        if (!connection.isOpen() || commands.areAwaited()) {
            return;
        }
        // What is in flight and not awaited has missed its deadline: one more answer, which may change everything.
        boolean reusable = commands.haveLeftNothing();
        if (state == LoanState.RETURNING) {
            if (reusable && isUsable()) {
                giveBack();
            } else {
                become(LoanState.DISCARDED);
                connection.close(failures.abandoned());
            }
        } else if (state == LoanState.LENT && reusable && !home.isCurrent() && loan.orElseThrow().borrower.givesUp()) {
            become(LoanState.DISCARDED);
            takeLoan().lease.end();
            connection.close(failures.abandoned());
        }
    }

    private void giveBack() {
        become(LoanState.IDLE);
        idleSince = System.nanoTime();
        used = true;
        // Somebody may have been waiting for it, and have it after this.
        takeLoan().lease.giveBack();
    }

    private Loan takeLoan() {
        Loan taken = loan.orElseThrow();
        loan = Optional.empty();
        return taken;
    }

    @Override
    public String place() {
        return PLACE;
    }

    @Override
    public boolean mustStayClean() {
        return false;
    }

    @Override
    public void onAnswer(PendingCommand command, Response reply) {
        commands.onAnswer(command, reply);
        // Before the caller hears of it.
        clean = commands.leaveNothing();
        Demotion.toldBy(command, reply).ifPresent(home::onDemoted);
    }

    @Override
    public boolean takesBack(NodeConnection from, PendingCommand command, ErrorType error) {
        boolean taken = loan.isPresent() && loan.get().borrower.takesBack(command, error);
        if (taken) {
            commands.forget(command);
        }
        return taken;
    }

    @Override
    public void onDroppedAnswer(PendingCommand command) {
        commands.onDroppedAnswer(command);
        clean = commands.leaveNothing();
    }

    /** One more reply than there were commands: the next one might be taken for somebody else's. */
    @Override
    public void onMessage(NodeConnection from, Response message) {
        if (expectsMessages()) {
            loan.orElseThrow().borrower.onMessage(message);
        } else {
            CommandTraffic.super.onMessage(from, message);
        }
    }

    @Override
    public void onDroppedMessage(NodeConnection from) {
        if (!expectsMessages()) {
            CommandTraffic.super.onDroppedMessage(from);
        }
    }

    private boolean expectsMessages() {
        return loan.isPresent() && loan.get().borrower.expectsMessages();
    }

    @Override
    public void onReadComplete(NodeConnection from) {
        commands.goOn();
        endLoanIfQuiet();
    }

    @Override
    public void onWritable() {
        commands.onWritable();
    }

    @Override
    public void onClosed(NodeConnection closed, CommandQueue inFlight, Throwable cause) {
        become(LoanState.CLOSED);
        presence.cancel();
        try {
            commands.end(inFlight);
        } finally {
            leavePool(cause, inFlight);
        }
    }

    /** The place in the pool is free, whatever there is no memory for; and commands fail, whatever they met with here. */
    private void leavePool(Throwable cause, CommandQueue inFlight) {
        try {
            home.onRemoved(this);
            if (loan.isPresent()) {
                Loan ended = takeLoan();
                ended.lease.end();
                ended.borrower.onEnd(failures.ended(cause));
            }
        } finally {
            inFlight.failAll(command -> failures.lost(command, cause));
        }
    }

    /** Runs an action on the event loop; if that is gone, so is the connection. */
    private void runUnlessGone(Runnable action) {
        order.run(action, () -> {
        });
    }
}
