package io.quarkiverse.redis.multiplexer.engine.client;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Context;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Borrows the dedicated connection of a {@link ConnectionDispatch}, passes on to it what waits for it, and gives it back. It
 * may be left and another one borrowed; each is lent to a borrower of its own, who counts only as long as its connection does.
 * <p>
 * What it shares with the dispatch is guarded by the lock of that. Nobody is told of anything while that is held.
 */
final class PassingOn {

    private final ClientParts parts;
    private final Context context;
    private final Consumer<Response> messages;
    private final Consumer<Throwable> lost;
    private final Outstanding outstanding;
    private final DispatchSteps steps;
    private final OwnConnection own;
    private final Object lock;
    /** Whether a thread is passing on steps, and will find what others add. */
    private boolean passingOn;

    /**
     * @param context where the connection was asked for
     * @param messages given what comes and is no reply
     * @param lost told of the end of the dedicated connection
     */
    PassingOn(ClientParts parts, Context context, Consumer<Response> messages, Consumer<Throwable> lost,
            Outstanding outstanding, DispatchSteps steps, OwnConnection own, Object lock) {
        this.parts = parts;
        this.context = context;
        this.messages = messages;
        this.lost = lost;
        this.outstanding = outstanding;
        this.steps = steps;
        this.own = own;
        this.lock = lock;
    }

    /** A connection is needed, for these requests first. Called with the lock. @return asks for it */
    Runnable promote(List<Request> requests) {
        Loan loan = new Loan();
        Runnable lending = () -> lend(requests, loan);
        own.promoting(loan);
        return lending;
    }

    private void lend(List<Request> requests, Loan loan) {
        try {
            parts.topology().lend(context, requests, loan).onSuccess(lent -> onLent(loan, lent)).onFailure(loan::onEnd);
        } catch (Throwable e) {
            // There is no memory for a connection.
            loan.onEnd(e);
        }
    }

    private void onLent(Loan loan, LentConnection connection) {
        Optional<LentConnection> needless;
        synchronized (lock) {
            needless = own.lent(loan, connection);
        }
        needless.ifPresent(LentConnection::release);
        run();
    }

    /** Passes on what waits for the dedicated connection, if it is there; and gives that back if this was all. */
    void run() {
        LentConnection target;
        synchronized (lock) {
            if (passingOn || own.connection().isEmpty()) {
                return;
            }
            passingOn = true;
            target = own.connection().get();
        }
        for (Optional<DispatchStep> next = next(); next.isPresent(); next = next()) {
            pass(next.get(), target);
        }
    }

    private static void pass(DispatchStep step, LentConnection target) {
        try {
            step.passTo(target);
        } catch (Throwable e) {
            // There is no memory for it. Others have more luck, unless that cannot be told to those who rely on it.
            Guard.run("to tell a connection what has not been passed on to it", () -> step.lack(target, e));
        }
    }

    /** Nothing if there is nothing left, or its time has not come. */
    private Optional<DispatchStep> next() {
        synchronized (lock) {
            if (own.connection().isPresent() && outstanding.isLaneQuiet()) {
                Optional<DispatchStep> step = steps.poll();
                if (step.isPresent()) {
                    return step;
                }
                own.passedOn();
                if (own.isClosed()) {
                    // It may be somebody else's as soon as it is given back.
                    own.givenBack();
                    return Optional.of(DispatchStep.release());
                }
            }
            passingOn = false;
            return Optional.empty();
        }
    }

    /**
     * The next command may be for another server: gives up the connection to this one if nothing of the caller is on it.
     * Called with the lock.
     *
     * @return what is to be given back
     */
    Optional<LentConnection> leave() {
        Optional<LentConnection> left = own.connection();
        if (!isIdle() || !parts.topology().placesByKeys() || left.filter(LentConnection::isClean).isEmpty()) {
            return Optional.empty();
        }
        becomeShared();
        return left;
    }

    private boolean isIdle() {
        return own.is(DispatchState.DEDICATED) && !own.isClosed() && outstanding.onDedicated() == 0 && steps.isEmpty()
                && !passingOn;
    }

    private void becomeShared() {
        own.left();
        steps.left();
    }

    /** One connection after the other. */
    private final class Loan implements Borrower {

        @Override
        public boolean expectsMessages() {
            synchronized (lock) {
                return own.isOf(this);
            }
        }

        @Override
        public void onMessage(Response message) {
            messages.accept(message);
        }

        @Override
        public boolean givesUp() {
            synchronized (lock) {
                boolean idle = own.isOf(this) && isIdle();
                if (idle) {
                    becomeShared();
                }
                return idle;
            }
        }

        @Override
        public void onEnd(Throwable cause) {
            List<DispatchStep> failed;
            boolean unexpected;
            synchronized (lock) {
                if (!own.isOf(this)) {
                    return;
                }
                own.broken(cause);
                failed = steps.clear();
                unexpected = !own.isClosed();
            }
            failed.forEach(step -> step.fail(cause));
            if (unexpected) {
                lost.accept(cause);
            }
        }
    }
}
