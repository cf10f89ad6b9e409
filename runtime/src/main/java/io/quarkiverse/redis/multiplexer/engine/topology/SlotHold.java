package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.RefusedWrites;
import io.quarkiverse.redis.multiplexer.engine.command.Resending;

/**
 * The commands of one slot on one event loop while they change from one lane to another. New ones wait here until what has
 * been sent has been answered, or has come back because the node did not execute it; then all are sent on, in order. These are
 * all states and transitions:
 *
 * <pre>
 * from       to         when
 * DRAINING   PAUSING    nothing is outstanding, and it is too early to send again
 * DRAINING   ASKING     nothing is outstanding, and what has come back is sent with ASKING
 * DRAINING   PROBING    nothing is outstanding, and the first one is sent
 * DRAINING   PASSING    nothing is outstanding, and all are sent, or there are none
 * PAUSING    ASKING     it is time, and likewise
 * PAUSING    PROBING    it is time, and likewise
 * PAUSING    PASSING    it is time, and likewise
 * ASKING     PROBING    all that was sent with ASKING has been answered, and the first of those that wait is sent
 * ASKING     PASSING    likewise, and none wait
 * ASKING     DRAINING   some of it comes back
 * PROBING    PASSING    the first one has been answered, and the others are sent
 * PROBING    DRAINING   it comes back
 * PASSING    DRAINING   something comes back again, or what is known of the cluster changes
 * </pre>
 *
 * Invariant: at any moment, the commands of a slot that have been handed to lanes and not been answered are on one lane. Those
 * that are not on a lane are behind them in the order of their callers, but for those that have come back; these go first, in
 * the order in which they were sent. A command that has come back is not sent again if a later one on its keys has been
 * executed in between; one that names no keys may be about any. That happens only if a node that has lost the slot gets it
 * back while it is reading what it has been sent; one command is sent first, so that not many are sent to a node that has not
 * got the slot yet. A read that a demoted primary has answered behind a write of its key that it has refused is sent again,
 * too, behind that.
 * <p>
 * Used on one event loop.
 */
final class SlotHold {

    enum State {
        /** Something has been sent that has neither been answered nor come back; nothing is sent. */
        DRAINING,
        /** Nothing is outstanding, and nothing is sent yet. */
        PAUSING,
        /** What has come back has been sent to another node with ASKING; nothing else is sent. */
        ASKING,
        /** One command has been sent, to see whether the node executes it; nothing else is. */
        PROBING,
        /** New commands do not wait here any more. */
        PASSING;

        /** Whether the table above has this transition. */
        boolean canBecome(State next) {
            return switch (next) {
                case DRAINING -> this == ASKING || this == PROBING || this == PASSING;
                case PAUSING -> this == DRAINING;
                case ASKING -> this == DRAINING || this == PAUSING;
                case PROBING -> this == DRAINING || this == PAUSING || this == ASKING;
                case PASSING -> this != PASSING;
            };
        }
    }

    private final int slot;
    private final Predicate<PendingCommand> ordered;
    private State state = State.DRAINING;
    private Verdict verdict;
    /** How often commands have come back without one of them having been answered. */
    private int rounds;
    private long pauseEnd;
    /** What was outstanding when nothing was sent any more, in order. */
    private List<PendingCommand> sent;
    /** So many of the first of these have been answered, or have come back. */
    private int over;
    private final Set<PendingCommand> everBack = Collections.newSetFromMap(new IdentityHashMap<>());
    private RefusedWrites refused = new RefusedWrites();
    private CommandQueue back = new CommandQueue();
    private final CommandQueue waiting = new CommandQueue();
    /** The first of those that were sent last, if that may come back. */
    private Optional<PendingCommand> unproved = Optional.empty();

    /**
     * @param ordered whether what has been executed must not be overtaken, see {@link Routes.Knowledge#keepsOrder}
     * @param outstanding what has been sent and not been answered, in order
     */
    SlotHold(int slot, Predicate<PendingCommand> ordered, Verdict verdict, List<PendingCommand> outstanding) {
        this.slot = slot;
        this.ordered = ordered;
        this.verdict = verdict;
        this.sent = outstanding;
    }

    int slot() {
        return slot;
    }

    State state() {
        return state;
    }

    Verdict verdict() {
        return verdict;
    }

    /** Whether new commands have to wait. */
    boolean isHolding() {
        return state != State.PASSING;
    }

    /** Whether there is nothing to send. */
    boolean isEmpty() {
        return back.isEmpty() && waiting.isEmpty();
    }

    /** Whether something has come back that is to be sent again. */
    boolean hasBack() {
        return !back.isEmpty();
    }

    /** How many commands are in here. */
    int size() {
        return back.size() + waiting.size();
    }

    /** Takes a new command, which comes after all others. */
    void add(PendingCommand command) {
        waiting.addLast(command);
    }

    /** Takes what the lane has not sent, and has given up, in order. Nothing else waits yet: that needs no memory. */
    void addUnsent(CommandQueue unsent) {
        waiting.addAllLast(unsent);
    }

    /** Nothing is sent any more. The parameters are as of the constructor. */
    void drainAgain(Verdict newVerdict, List<PendingCommand> outstanding) {
        become(State.DRAINING, outstanding);
        verdict = newVerdict;
        rounds++;
    }

    /** Takes a command that a node has refused, or that its lane has not sent after all. It has been outstanding. */
    void takeBack(PendingCommand command) {
        everBack.add(command);
        if (!command.isSettled()) {
            back.addLast(command);
        }
    }

    /** The same, and a node has said why. */
    void takeBack(PendingCommand command, Verdict newVerdict) {
        if (state == State.ASKING || state == State.PROBING) {
            become(State.DRAINING);
            rounds++;
        }
        verdict = newVerdict;
        takeBack(command);
        if (newVerdict.kind() != Verdict.Kind.ASK) {
            checkBehind(command);
        }
    }

    /** What is asked elsewhere is not where other keys of its slot are: reads of those must not follow it there. */
    private void checkBehind(PendingCommand command) {
        if (refused.add(command)) {
            // Those before it have been answered.
            sent.forEach(later -> later.checkReply(this::accepts));
        }
    }

    private boolean accepts(PendingCommand read) {
        if (state != State.DRAINING || !refused.concern(read)) {
            return true;
        }
        takeBack(read);
        return false;
    }

    /** What is known of the cluster has changed: what has been sent last must not stay where it is. */
    void leave(Verdict newVerdict) {
        if (state == State.ASKING || state == State.PROBING) {
            become(State.DRAINING);
            verdict = newVerdict;
        }
    }

    /** Whether all that was outstanding has been answered, or has come back. */
    boolean isDrained() {
        while (over < sent.size() && (sent.get(over).isSettled() || everBack.contains(sent.get(over)))) {
            over++;
        }
        return over == sent.size();
    }

    /**
     * Nothing is outstanding.
     *
     * @return what can't be sent again, because a later command has been executed; the caller's to fail
     */
    List<PendingCommand> onDrained() {
        if (back.isEmpty()) {
            return List.of();
        }
        List<PendingCommand> executed = sent.stream()
                .filter(command -> !everBack.contains(command) && ordered.test(command)).toList();
        Resending resending = Resending.byKey(back.snapshot(), executed);
        CommandQueue again = new CommandQueue();
        resending.again().forEach(again::addLast);
        back = again;
        return resending.overtaken();
    }

    /** How long to wait before anything is sent again. */
    long pauseNanos() {
        return verdict.needsTime() ? RedirectPause.waiting(rounds) : RedirectPause.following(rounds);
    }

    /** Nothing is sent before that moment. */
    void pause(long until) {
        become(State.PAUSING);
        pauseEnd = until;
    }

    /** What is known of the cluster has changed: there is nothing to wait for. */
    void endPause(long now) {
        pauseEnd = now;
    }

    /** The end of the pause, on the clock of {@link System#nanoTime()}. */
    long pauseEnd() {
        return pauseEnd;
    }

    /** Hands out what has come back, to be sent with ASKING. Everything else goes on waiting. */
    void ask(Consumer<PendingCommand> sender) {
        CommandQueue asked = new CommandQueue();
        become(State.ASKING, back.snapshot());
        back.swap(asked);
        asked.handTo(sender);
    }

    /** Hands out one command, to be sent. Everything else goes on waiting. */
    void probe(Consumer<PendingCommand> sender) {
        boolean executed = state == State.ASKING;
        // If it comes back, it has a place in the order of another lane, and must not get behind what came back before it.
        waiting.addAllFirst(back);
        CommandQueue first = new CommandQueue();
        first.addLast(waiting.peekFirst());
        become(State.PROBING, first.snapshot());
        waiting.pollFirst();
        if (executed) {
            rounds = 0;
        }
        first.handTo(sender);
    }

    /** Hands out all, to be sent. */
    void pass(Consumer<PendingCommand> sender) {
        waiting.addAllFirst(back);
        CommandQueue all = new CommandQueue();
        Optional<PendingCommand> first = state == State.PROBING ? Optional.empty() : Optional.ofNullable(waiting.peekFirst());
        become(State.PASSING, waiting.snapshot());
        unproved = first;
        waiting.swap(all);
        all.handTo(sender);
        sent = List.of();
    }

    /** Whether it is not needed any more: what was sent last stays where it is. */
    boolean isOver() {
        return state == State.PASSING && unproved.filter(command -> !command.isSettled()).isEmpty();
    }

    /** Takes out what is overdue at {@code moment}. */
    void takeOverdue(long moment, Consumer<PendingCommand> taker) {
        back.takeOverdue(moment).handTo(taker);
        waiting.takeOverdue(moment).handTo(taker);
    }

    /** Takes out everything. */
    void takeAll(Consumer<PendingCommand> taker) {
        back.takeAll().handTo(taker);
        waiting.takeAll().handTo(taker);
    }

    /** The same, where other commands are outstanding from now on. If there is no memory for that, nothing has changed. */
    private void become(State next, List<PendingCommand> outstanding) {
        RefusedWrites none = new RefusedWrites();
        become(next);
        sent = outstanding;
        over = 0;
        everBack.clear();
        refused = none;
    }

    private void become(State next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("The commands of a slot cannot go from " + state + " to " + next);
        }
        state = next;
    }
}
