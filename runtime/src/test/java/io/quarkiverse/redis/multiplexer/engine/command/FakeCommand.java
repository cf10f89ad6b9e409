package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

import io.vertx.redis.client.Response;

/** A command that is never sent, and counts how often it is taken by somebody. */
public final class FakeCommand extends PendingCommand {

    public final int thread;
    public final int number;
    public final AtomicInteger taken = new AtomicInteger();
    /** Thrown when it is asked for its name, as when there is no memory for a message. */
    public Optional<Error> unnamed = Optional.empty();
    /** Asked for its slot. */
    public IntSupplier slot = () -> {
        throw new UnsupportedOperationException();
    };

    public FakeCommand(int number) {
        this(0, number);
    }

    public FakeCommand(int thread, int number) {
        this.thread = thread;
        this.number = number;
    }

    @Override
    public long encodedSize() {
        return 0;
    }

    @Override
    public int parts() {
        return 0;
    }

    @Override
    public byte[] part(int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void addKeysTo(TouchedKeys keys) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean mayTouch(ReadKeys keys) {
        return true;
    }

    @Override
    public int slot(ServerCommands commands) {
        return slot.getAsInt();
    }

    @Override
    public boolean isOwnQuestion() {
        return false;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String name() {
        unnamed.ifPresent(error -> {
            throw error;
        });
        return toString();
    }

    @Override
    public boolean nextReplyIsLast() {
        return true;
    }

    @Override
    public StateEffect nextEffect() {
        return StateEffect.NONE;
    }

    @Override
    public void onReply(Response reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onDroppedReply(Throwable failure) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onFailure(Throwable cause) {
        taken.incrementAndGet();
    }

    @Override
    public String toString() {
        return thread + "/" + number;
    }
}
