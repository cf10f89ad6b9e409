package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Resending;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Commands of one lane that its server has refused for reasons of its own, and that will be sent again. The states:
 *
 * <pre>
 * NONE     nothing has been refused
 * REFUSED  something has been refused; what was sent behind it is still being answered
 * WAITING  all of that has been answered; now and then the oldest refused command is tried again
 * PROBING  it has been sent, and not answered
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
        NONE,
        REFUSED,
        WAITING,
        PROBING
    }

    private State state = State.NONE;
    /** In order; without the one that is being tried. */
    private CommandQueue refused = new CommandQueue();
    /** What was in flight when the first command was refused, behind it, in order. */
    private List<PendingCommand> sentBehind = List.of();
    private final Set<PendingCommand> everRefused = Collections.newSetFromMap(new IdentityHashMap<>());
    private ErrorType error;
    private PendingCommand probe;

    /** Whether nothing may be written but what {@link #nextProbe} gives, and what ends a script. */
    boolean isHolding() {
        return state != State.NONE;
    }

    /** What the server said last, while it {@linkplain #isHolding() refuses} commands. */
    ErrorType error() {
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
        if (state == State.NONE) {
            state = State.REFUSED;
            sentBehind = inFlight.get();
        }
        error = newError;
        everRefused.add(command);
        command.takeBack();
        boolean wasProbe = command == probe;
        if (wasProbe) {
            probe = null;
            state = State.WAITING;
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
        state = State.WAITING;
        Resending resending = Resending.of(list(refused), executed());
        refused = new CommandQueue();
        resending.again().forEach(refused::addLast);
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

    PendingCommand nextProbe() {
        state = State.PROBING;
        probe = refused.pollFirst();
        return probe;
    }

    /**
     * What of the commands that were sent behind the first refused one has been executed, or may have been. Those that are
     * still in flight are among them.
     */
    List<PendingCommand> executed() {
        return sentBehind.stream().filter(command -> !everRefused.contains(command)).toList();
    }

    /** It is over, or the connection has been lost. @return what has been refused, in order; the caller's from now on */
    CommandQueue release() {
        CommandQueue released = refused;
        refused = new CommandQueue();
        sentBehind = List.of();
        everRefused.clear();
        error = null;
        probe = null;
        state = State.NONE;
        return released;
    }

    private static List<PendingCommand> list(CommandQueue queue) {
        List<PendingCommand> list = new ArrayList<>(queue.size());
        queue.forEach(list::add);
        return list;
    }
}
