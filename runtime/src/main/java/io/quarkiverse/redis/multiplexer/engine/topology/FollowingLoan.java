package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A connection of a cluster, or to the primary of several servers, that one has for as long as one likes. If a node refuses
 * the first command on it, as WATCH whose slot is another node's by now, nothing is on the connection yet, so that one to the
 * right node takes its place; unless the caller has gone on without waiting for the answer, or it is WAIT, which asks about
 * that node. What is refused later is the borrower's affair. These are all states and transitions:
 *
 * <pre>
 * from      to        when
 * UNUSED    TRIED     a single request other than WAIT has been submitted
 * UNUSED    SETTLED   anything else has been done
 * TRIED     SETTLED   anything else has been done
 * TRIED     MOVING    the request has been refused, and is sent to another node
 * MOVING    TRIED     there is a connection to that
 * MOVING    SETTLED   the same, and something has been done meanwhile
 * MOVING    ENDED     there was none to be had
 * </pre>
 *
 * May be used from any thread.
 */
final class FollowingLoan implements LentConnection {

    enum State {
        UNUSED,
        /** What has been submitted is one request, which has not been answered for all that is known. */
        TRIED,
        /** The request goes to another node; what is done meanwhile waits behind it. */
        MOVING,
        /** The connection stays. */
        SETTLED,
        ENDED;

        /** Whether the table above has this transition. */
        boolean canBecome(State next) {
            return switch (next) {
                case UNUSED -> false;
                case TRIED -> this == UNUSED || this == MOVING;
                case MOVING -> this == TRIED;
                case SETTLED -> this == UNUSED || this == TRIED || this == MOVING;
                case ENDED -> this == MOVING;
            };
        }
    }

    /** Something to be done with the connection, and what is to be done if there is none. */
    private record Step(Consumer<LentConnection> action, Consumer<Throwable> failure) {

        static Step of(PendingCommand command, CommandTraits traits, Patience patience) {
            return new Step(connection -> connection.submit(command, traits, patience), command::fail);
        }

        static Step of(Consumer<LentConnection> action) {
            return new Step(action, cause -> {
            });
        }
    }

    private final List<Request> requests;
    private final Borrower borrower;
    private final long deadline;
    private final Queue<Step> waiting = new ArrayDeque<>(0);
    private State state = State.UNUSED;
    /** Whose calls count: connections that are given back may have something to say, too. */
    private Optional<Loan> current = Optional.empty();
    private Optional<LentConnection> connection = Optional.empty();
    /** There while it is {@link State#TRIED} or {@link State#MOVING}, and nothing has come behind it. */
    private Optional<PendingCommand> tried = Optional.empty();
    private Optional<Step> first = Optional.empty();
    /** Why it is {@link State#ENDED}. */
    private Optional<Throwable> failure = Optional.empty();

    private FollowingLoan(List<Request> requests, Borrower borrower, long deadline) {
        this.requests = requests;
        this.borrower = borrower;
        this.deadline = deadline;
    }

    /**
     * Lends a connection. @param deadline until when refusals are followed, on the clock of {@link System#nanoTime()}
     *
     * @see LoneCommand.Way#lend
     */
    static Future<LentConnection> lend(LoneCommand.Way way, List<Request> requests, Borrower borrower, long deadline) {
        FollowingLoan loan = new FollowingLoan(requests, borrower, deadline);
        return loan.lend(way).map(lent -> {
            loan.begin(lent);
            return loan;
        });
    }

    private Future<LentConnection> lend(LoneCommand.Way way) {
        Loan next = new Loan(way);
        synchronized (this) {
            current = Optional.of(next);
        }
        return way.lend(requests, next, deadline);
    }

    private synchronized void begin(LentConnection lent) {
        connection = Optional.of(lent);
    }

    @Override
    public void submit(PendingCommand command, CommandTraits traits, Patience patience) {
        Step step = Step.of(command, traits, patience);
        synchronized (this) {
            if (state == State.UNUSED && command.isSingle() && !traits.asksAboutEarlierWrites()) {
                become(State.TRIED);
                tried = Optional.of(command);
                first = Optional.of(step);
            } else if (waitsOrSettles(step)) {
                return;
            }
        }
        take(step);
    }

    private void done(Step step) {
        synchronized (this) {
            if (waitsOrSettles(step)) {
                return;
            }
        }
        take(step);
    }

    /** @return whether it waits */
    private boolean waitsOrSettles(Step step) {
        if (state == State.MOVING) {
            waiting.add(step);
            return true;
        }
        if (state != State.ENDED) {
            settle();
        }
        return false;
    }

    private void settle() {
        if (state != State.SETTLED) {
            become(State.SETTLED);
            tried = Optional.empty();
            first = Optional.empty();
        }
    }

    private void take(Step step) {
        Optional<Throwable> end;
        Optional<LentConnection> target;
        synchronized (this) {
            end = failure;
            target = connection;
        }
        end.ifPresentOrElse(step.failure, () -> step.action.accept(target.orElseThrow()));
    }

    @Override
    public void partFailed(Throwable cause) {
        done(Step.of(lent -> lent.partFailed(cause)));
    }

    @Override
    public void discard(Throwable cause) {
        done(Step.of(lent -> lent.discard(cause)));
    }

    @Override
    public synchronized boolean isClean() {
        return connection.filter(LentConnection::isClean).isPresent();
    }

    @Override
    public void limitTime(PendingCommand command, long limit) {
        done(Step.of(lent -> lent.limitTime(command, limit)));
    }

    @Override
    public void releaseWhenDone() {
        done(Step.of(LentConnection::releaseWhenDone));
    }

    @Override
    public void release() {
        done(Step.of(LentConnection::release));
    }

    private void goOn(LentConnection lent) {
        for (Optional<Step> next = arrived(lent); next.isPresent(); next = nextWaiting(lent)) {
            next.get().action.accept(lent);
        }
    }

    private synchronized Optional<Step> arrived(LentConnection lent) {
        connection = Optional.of(lent);
        return first;
    }

    /** Nothing if there is nothing more, and the connection is as good as the first one; or if it has been left already. */
    private synchronized Optional<Step> nextWaiting(LentConnection lent) {
        if (connection.filter(lent::equals).isEmpty()) {
            return Optional.empty();
        }
        Optional<Step> next = Optional.ofNullable(waiting.poll());
        if (next.isPresent()) {
            // Something comes behind the first one.
            tried = Optional.empty();
        } else if (tried.isPresent()) {
            become(State.TRIED);
        } else {
            settle();
        }
        return next;
    }

    private void end(Throwable cause) {
        List<Step> failed;
        synchronized (this) {
            become(State.ENDED);
            failure = Optional.of(cause);
            failed = List.copyOf(waiting);
            waiting.clear();
        }
        borrower.onEnd(cause);
        first.ifPresent(step -> step.failure.accept(cause));
        failed.forEach(step -> step.failure.accept(cause));
    }

    /** It may be refused before the thread that has sent it to another node goes on. */
    private synchronized boolean isTried(Loan loan, PendingCommand command) {
        return connection.isPresent() && isCurrent(loan) && tried.filter(command::equals).isPresent() && !command.isSettled();
    }

    /** @return the connection that is to be given back; empty if something has been done meanwhile */
    private synchronized Optional<LentConnection> beginMoving(Loan loan, PendingCommand command) {
        if (!isTried(loan, command)) {
            return Optional.empty();
        }
        if (state != State.MOVING) {
            become(State.MOVING);
        }
        Optional<LentConnection> left = connection;
        connection = Optional.empty();
        return left;
    }

    private synchronized boolean isCurrent(Loan loan) {
        return current.filter(loan::equals).isPresent();
    }

    private void become(State next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("A loan that follows its slot cannot go from " + state + " to " + next);
        }
        state = next;
    }

    /** One connection after the other. */
    private final class Loan implements Borrower {

        private final LoneCommand.Way way;
        private final LearningBorrower learning;

        Loan(LoneCommand.Way way) {
            this.way = way;
            this.learning = new LearningBorrower(borrower, way);
        }

        @Override
        public boolean takesBack(PendingCommand command, ErrorType error) {
            if (!isTried(this, command)) {
                return learning.takesBack(command, error);
            }
            Optional<LoneCommand.Way> next = way.after(error)
                    .filter(other -> !other.needsAsking() && System.nanoTime() - deadline < 0);
            Optional<LentConnection> left = next.flatMap(other -> beginMoving(this, command));
            if (left.isEmpty()) {
                return borrower.takesBack(command, error);
            }
            left.get().releaseWhenDone();
            command.takeBack(error);
            lend(next.get()).onSuccess(FollowingLoan.this::goOn).onFailure(FollowingLoan.this::end);
            return true;
        }

        @Override
        public boolean expectsMessages() {
            return isCurrent(this) && borrower.expectsMessages();
        }

        @Override
        public void onMessage(Response message) {
            borrower.onMessage(message);
        }

        @Override
        public boolean givesUp() {
            return isCurrent(this) && borrower.givesUp();
        }

        @Override
        public void onEnd(Throwable cause) {
            if (isCurrent(this)) {
                borrower.onEnd(cause);
            }
        }
    }
}
