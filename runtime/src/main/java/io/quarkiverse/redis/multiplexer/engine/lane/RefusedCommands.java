package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Resending;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Commands of one lane that its server has refused for reasons of its own, and that will be sent again. These are all states
 * and transitions:
 *
 * <pre>
 * from      to        when
 * NONE      REFUSED   the first command is refused
 * REFUSED   WAITING   all that was sent behind it has been answered
 * WAITING   PROBING   the oldest refused command is sent again
 * PROBING   WAITING   it is refused again
 * any       NONE      the server executes commands again, or the connection is lost
 * </pre>
 *
 * A server that runs a script for longer than
 * <a href="https://redis.io/docs/latest/develop/programmability/">busy-reply-threshold</a> executes nothing else and answers
 * BUSY to all: when the oldest command is accepted, it is over, and all are sent. A server that is not fit for commands at all
 * is left: they are sent on the next connection. Until then nothing else is written, so that commands keep their order; and a
 * refused one that a later one has overtaken, because the server began to execute commands in between, is not sent again.
 * <p>
 * Used on the event loop of the lane.
 */
final class RefusedCommands {

    enum State {

        /** Nothing has been refused. */
        NONE,
        /** Something has been refused; what was sent behind it is still being answered. */
        REFUSED,
        /** All of that has been answered; now and then the oldest refused command is tried again. */
        WAITING,
        /** It has been sent, and not answered. */
        PROBING;

        /** Whether the table above has this transition. */
        boolean canBecome(State next) {
            return switch (next) {
                case NONE -> this != NONE;
                case REFUSED -> this == NONE;
                case WAITING -> this == REFUSED || this == PROBING;
                case PROBING -> this == WAITING;
            };
        }
    }

    private State state = State.NONE;
    /** In order; without the one that is being tried. */
    private CommandQueue refused = new CommandQueue();
    /** What was in flight when the first command was refused, behind it, in order. */
    private List<PendingCommand> sentBehind = List.of();
    private final Set<PendingCommand> everRefused = Collections.newSetFromMap(new IdentityHashMap<>());
    private Optional<ErrorType> error = Optional.empty();
    /** The one that is being tried. */
    private Optional<PendingCommand> probe = Optional.empty();

    /** Whether nothing may be written but what {@link #nextProbe} gives, and what ends a script. */
    boolean isHolding() {
        return state != State.NONE;
    }

    State state() {
        return state;
    }

    /** What the server said last; empty unless it {@linkplain #isHolding() refuses} commands. */
    Optional<ErrorType> error() {
        return error;
    }

    int size() {
        return refused.size();
    }

    /** Without the one that is being tried. */
    CommandQueue commands() {
        return refused;
    }

    /**
     * Takes a command that the server has refused, and not executed.
     *
     * @param inFlight what is in flight behind it, in order
     */
    void add(PendingCommand command, ErrorType newError, Supplier<List<PendingCommand>> inFlight) {
        // If there is no memory for this, nothing has changed.
        List<PendingCommand> behind = state == State.NONE ? inFlight.get() : sentBehind;
        Optional<ErrorType> itsError = Optional.of(newError);
        boolean wasProbe = probe.filter(command::equals).isPresent();
        everRefused.add(command);
        command.takeBack(newError);

        sentBehind = behind;
        error = itsError;
        if (wasProbe) {
            probe = Optional.empty();
            become(State.WAITING);
        } else if (state == State.NONE) {
            become(State.REFUSED);
        }
        if (command.isSettled()) {
            // It missed its deadline meanwhile: nobody waits for it.
            return;
        }
        if (wasProbe) {
            refused.addFirst(command);
        } else {
            refused.addLast(command);
        }
    }

    /**
     * Nothing is in flight any more.
     *
     * @return what can't be sent again because it has been overtaken; to be failed by the caller
     */
    List<PendingCommand> onQuiet() {
        if (state != State.REFUSED) {
            return List.of();
        }
        // If there is no memory for this, nothing has changed.
        Resending resending = Resending.of(refused.snapshot(), executed());
        CommandQueue again = new CommandQueue();
        resending.again().forEach(again::addLast);

        become(State.WAITING);
        refused = again;
        sentBehind = List.of();
        return resending.overtaken();
    }

    /** Whether what has been refused can be sent, because the server executes commands again. Nothing is in flight. */
    boolean isOver() {
        return state == State.PROBING || state == State.WAITING && refused.isEmpty();
    }

    /** Whether the oldest command can be {@linkplain #nextProbe tried}. */
    boolean canProbe() {
        return state == State.WAITING && !refused.isEmpty();
    }

    /** Takes the oldest command out, to be sent again. If there is no memory for that, nothing has changed. */
    PendingCommand nextProbe() {
        Optional<PendingCommand> oldest = Optional.ofNullable(refused.peekFirst());
        become(State.PROBING);
        probe = oldest;
        return refused.pollFirst();
    }

    /**
     * What of the commands that were sent behind the first refused one has been executed, or may have been. Those that are
     * still in flight are among them, and what ends a script is not: its place among other commands makes no difference.
     */
    List<PendingCommand> executed() {
        return sentBehind.stream().filter(command -> !everRefused.contains(command) && !command.endsScript()).toList();
    }

    /**
     * It is over, or the connection has been lost: moves what has been refused to the head of {@code queue}, in order. If there
     * is no memory for that, nothing has changed.
     */
    void releaseTo(CommandQueue queue) {
        queue.addAllFirst(refused);
        sentBehind = List.of();
        everRefused.clear();
        error = Optional.empty();
        probe = Optional.empty();
        if (state != State.NONE) {
            become(State.NONE);
        }
    }

    private void become(State next) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("Refused commands cannot go from " + state + " to " + next);
        }
        state = next;
    }
}
