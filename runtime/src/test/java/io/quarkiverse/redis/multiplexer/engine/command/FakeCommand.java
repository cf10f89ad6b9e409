package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.concurrent.atomic.AtomicInteger;

import io.vertx.redis.client.Response;

/** A command that is never sent, and counts how often it is taken by somebody. */
public final class FakeCommand extends PendingCommand {

    public final int thread;
    public final int number;
    public final AtomicInteger taken = new AtomicInteger();

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
        throw new UnsupportedOperationException();
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
