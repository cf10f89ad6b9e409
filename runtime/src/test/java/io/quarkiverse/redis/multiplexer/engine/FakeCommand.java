package io.quarkiverse.redis.multiplexer.engine;

import java.util.concurrent.atomic.AtomicInteger;

import io.vertx.redis.client.Response;

/** A command that is never sent, and counts how often it is taken by somebody. */
final class FakeCommand extends PendingCommand {

    final int thread;
    final int number;
    final AtomicInteger taken = new AtomicInteger();

    FakeCommand(int number) {
        this(0, number);
    }

    FakeCommand(int thread, int number) {
        this.thread = thread;
        this.number = number;
    }

    @Override
    long encodedSize() {
        return 0;
    }

    @Override
    int parts() {
        return 0;
    }

    @Override
    byte[] part(int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    void addKeysTo(TouchedKeys keys) {
        throw new UnsupportedOperationException();
    }

    @Override
    boolean mayTouch(ReadKeys keys) {
        return true;
    }

    @Override
    boolean isOwnQuestion() {
        return false;
    }

    @Override
    int size() {
        return 1;
    }

    @Override
    boolean isReadOnly() {
        return false;
    }

    @Override
    String name() {
        return toString();
    }

    @Override
    boolean nextReplyIsLast() {
        return true;
    }

    @Override
    StateEffect nextEffect() {
        return StateEffect.NONE;
    }

    @Override
    void onReply(Response reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    void onRefusedReply(Throwable failure) {
        throw new UnsupportedOperationException();
    }

    @Override
    void onFailure(Throwable cause) {
        taken.incrementAndGet();
    }

    @Override
    public String toString() {
        return thread + "/" + number;
    }
}
