package io.quarkiverse.redis.multiplexer.engine.lane;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;

/**
 * The way of commands into one lane, or to what has several lanes on its event loop, from any thread: as many as may be pending
 * there, and as many bytes of them as may be pending in the whole client. The first one that comes in a turn of the event loop
 * schedules the drain, which finds all that came after it, too.
 * <p>
 * The client's own questions, which are few, are always let in, and not counted: while callers have filled up everything,
 * because a server is away, others must be asked who has taken its place.
 */
public final class Intake {

    /** What other threads see of the owner, and tell it. */
    public interface Figures {

        /** How many commands it has taken and not completed, as it was a moment ago. */
        int pendingOnLoop();

        /** There was no room for a command. */
        void refused();
    }

    /** The lane, or whose intake it is. Called on its event loop. */
    public interface Owner {

        /** Whether it takes no more commands. */
        boolean isEnding();

        /** How many commands it has taken and not completed. */
        int pendingOnLoop();

        /** Takes a command, which has its deadline and its place in the order now. */
        void accept(PendingCommand command);

        /**
         * All that came in a turn has been taken.
         *
         * @param waitedNanos how long that had been under way, all together
         */
        void onDrained(long now, long waitedNanos);
    }

    private final EventLoop loop;
    private final Owner owner;
    private final Failures failures;
    private final Figures figures;
    private final long commandTimeoutNanos;
    private final int maxPending;
    private final PendingBytes bytes;
    private final Arrivals arrivals;

    // What follows is used on the event loop only.

    private final LoopPendingBytes loopBytes;
    private boolean drainScheduled;
    /** When the first command of this turn came, on the clock of {@link System#nanoTime()}. */
    private long turnTime;
    /** How many commands have been accepted. */
    private int accepted;
    /** How many more may be accepted, at least: what has been completed since this was found out is not in it. */
    private int room;

    /** @param bytes counts those of the whole client */
    public Intake(EventLoop loop, Owner owner, MultiplexerOptions options, Failures failures, Figures figures,
            PendingBytes bytes) {
        this.loop = loop;
        this.owner = owner;
        this.failures = failures;
        this.figures = figures;
        this.commandTimeoutNanos = options.getCommandTimeout().toNanos();
        this.maxPending = options.getMaxPending();
        this.bytes = bytes;
        this.loopBytes = new LoopPendingBytes(bytes, options.getMaxPendingBytes());
        this.arrivals = new Arrivals(loop, this::drain, command -> command.failBy(late -> failures.stopped()),
                this::rejectUnsent);
    }

    /** How many commands are on their way from other threads. */
    public int arriving() {
        return arrivals.size();
    }

    /** Takes a command, or fails it at once. Throws nothing. May be called from any thread. */
    public void submit(PendingCommand command) {
        try {
            if (loop.inEventLoop()) {
                submitOnLoop(command);
            } else if (reserve(command, bytes) && !arrivals.offer(command, room(command))) {
                reject(command, failures.backlogFull(command));
            }
        } catch (Throwable e) {
            // There is no memory for it.
            rejectUnsent(command, e);
        }
    }

    private int room(PendingCommand command) {
        return command.isOwnQuestion() ? Integer.MAX_VALUE : maxPending - figures.pendingOnLoop();
    }

    private void rejectUnsent(PendingCommand command, Throwable cause) {
        figures.refused();
        command.failBy(one -> failures.rejected(one, cause));
    }

    private void submitOnLoop(PendingCommand command) {
        if (owner.isEnding()) {
            command.fail(failures.stopped());
        } else if (isFullFor(command)) {
            reject(command, failures.backlogFull(command));
        } else if (reserve(command, loopBytes)) {
            if (!drainScheduled) {
                turnTime = System.nanoTime();
                loop.execute(this::drain);
                drainScheduled = true;
            }
            if (arrivals.size() > 0) {
                // A thread may have sent something, and then handed over to what is running here.
                arrivals.drainTo(this::acceptArrival);
            }
            accept(command);
        }
    }

    /**
     * Takes a command that has been accepted before, or fails it at once: its bytes are counted, and it has its deadline. The
     * owner is not told of the end of this turn. Called on the event loop.
     */
    void take(PendingCommand command) {
        if (owner.isEnding()) {
            command.failLater(loop, one -> failures.stopped());
        } else if (isFullFor(command)) {
            figures.refused();
            command.failLater(loop, failures::backlogFull);
        } else {
            accept(command);
        }
    }

    private boolean isFullFor(PendingCommand command) {
        return !hasRoom() && !command.isOwnQuestion() && !command.hasPlace();
    }

    /** Whether one more command may be pending. Called on the event loop. */
    boolean hasRoom() {
        if (room <= 0) {
            room = maxPending - owner.pendingOnLoop();
        }
        return room > 0;
    }

    private boolean reserve(PendingCommand command, PendingBytes budget) {
        if (command.isOwnQuestion()) {
            return true;
        }
        if (!budget.reserve(command.bytes())) {
            reject(command, failures.tooManyBytes(command));
            return false;
        }
        command.countIn(budget);
        return true;
    }

    private void reject(PendingCommand command, Throwable cause) {
        figures.refused();
        command.fail(cause);
    }

    private void accept(PendingCommand command) {
        if (!command.isTimed()) {
            command.mustEndBy(turnTime + commandTimeoutNanos);
        }
        command.order = ++accepted;
        room--;
        owner.accept(command);
    }

    private void acceptArrival(PendingCommand command) {
        if (!command.isOwnQuestion()) {
            command.countIn(loopBytes);
        }
        try {
            accept(command);
        } catch (Throwable e) {
            figures.refused();
            command.failLater(loop, one -> failures.rejected(one, e));
        }
    }

    private void drain() {
        drainScheduled = false;
        turnTime = System.nanoTime();
        long arrived = arrivals.since();
        long waitedNanos = arrivals.drainTo(this::acceptArrival) * Math.max(0, turnTime - arrived);
        owner.onDrained(turnTime, waitedNanos);
    }

    /** The lane has nothing to do at the moment: gives back what has been reserved for its next commands. */
    public void releaseSpareBytes() {
        loopBytes.releaseSpare();
    }

    /** Takes what is under way, and nothing from then on. */
    public void close() {
        arrivals.drainTo(this::acceptArrival);
        arrivals.close();
    }
}
