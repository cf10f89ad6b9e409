package io.quarkiverse.redis.multiplexer.engine;

import java.util.function.BiConsumer;

import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Commands of one lane that a busy server has refused. While a script runs for longer than
 * <a href="https://redis.io/docs/latest/develop/programmability/">busy-reply-threshold</a>, the server executes nothing else
 * and answers BUSY to all. The refused commands are held here, those after them stay in the backlog, and the oldest one is
 * tried again now and then: when it is accepted, all are sent.
 * <p>
 * So that commands keep their order, a write is held only if all that was in flight behind the first refused command has been
 * refused, too. If the script ended in between, something was executed, and the writes fail with the server's error.
 * <p>
 * Used on the event loop of the lane.
 */
final class BusyHold {

    private final BiConsumer<PendingCommand, Throwable> fail;
    private CommandQueue held = new CommandQueue();
    /** {@code null} if the server is not busy. */
    private ErrorType error;
    /** How many commands were in flight when the first one was refused, that one included. */
    private int inFlightAtFirst;
    private int refused;
    private boolean decided;
    /** The one that is being tried again. */
    private PendingCommand probe;

    BusyHold(BiConsumer<PendingCommand, Throwable> fail) {
        this.fail = fail;
    }

    /** Whether nothing but what this gives may be written. */
    boolean isActive() {
        return error != null;
    }

    /** @return {@code null} if the server is not busy */
    ErrorType error() {
        return error;
    }

    int size() {
        return held.size();
    }

    /** Without the one that is being tried. */
    CommandQueue held() {
        return held;
    }

    /** Takes a command that the server has refused. */
    void hold(PendingCommand command, ErrorType newError, int inFlightBehind) {
        if (error == null) {
            inFlightAtFirst = 1 + inFlightBehind;
            refused = 0;
            decided = false;
        }
        error = newError;
        refused++;
        command.takeBack();
        boolean wasProbe = command == probe;
        if (wasProbe) {
            probe = null;
        }
        if (command.isSettled()) {
            // It missed its deadline meanwhile: nobody waits for it.
            return;
        }
        if (wasProbe) {
            held.addFirst(command);
        } else {
            held.addLast(command);
        }
    }

    /**
     * Some replies have come.
     *
     * @return whether the server is not busy any more, and what is held can be sent
     */
    boolean isOver(int inFlight) {
        if (error == null || inFlight > 0) {
            return false;
        }
        decide();
        return probe != null || held.isEmpty();
    }

    /** @return the command to try again; {@code null} if it is not the time for that, or there is none */
    PendingCommand nextProbe(int inFlight) {
        if (inFlight > 0 || probe != null) {
            return null;
        }
        probe = held.pollFirst();
        return probe;
    }

    /** It is over, or the connection has been lost. @return what was held, in order */
    CommandQueue release(boolean connectionLost) {
        if (error != null && connectionLost) {
            decide();
        }
        CommandQueue released = held;
        held = new CommandQueue();
        error = null;
        probe = null;
        return released;
    }

    private void decide() {
        if (decided) {
            return;
        }
        decided = true;
        if (refused < inFlightAtFirst) {
            CommandQueue all = held;
            held = new CommandQueue();
            for (PendingCommand command; (command = all.pollFirst()) != null;) {
                if (command.isReadOnly()) {
                    held.addLast(command);
                } else {
                    fail.accept(command, error);
                }
            }
        }
    }
}
