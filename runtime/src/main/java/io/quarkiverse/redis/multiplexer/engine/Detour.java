package io.quarkiverse.redis.multiplexer.engine;

import java.util.function.Consumer;

import io.vertx.redis.client.Response;

/**
 * A command that has its place among those of a lane, but runs on another connection, because the server may well end the
 * one that it comes on: others should not suffer from that. The lane begins it when everything before it has been answered,
 * and writes nothing until it is complete, so that commands keep their order.
 */
final class Detour extends PendingCommand {

    private final PendingCommand command;
    private final Consumer<Runnable> run;

    /** @param run runs the command elsewhere, and the {@link Runnable} that it is given when that is complete */
    Detour(PendingCommand command, Consumer<Runnable> run) {
        this.command = command;
        this.run = run;
    }

    /** Called at most once. @param onComplete called on any thread */
    void begin(Runnable onComplete) {
        settle();
        run.accept(onComplete);
    }

    @Override
    long encodedSize() {
        return command.encodedSize();
    }

    @Override
    int parts() {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    byte[] part(int index) {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    int size() {
        return command.size();
    }

    @Override
    boolean isReadOnly() {
        return command.isReadOnly();
    }

    @Override
    void addKeysTo(TouchedKeys keys) {
        command.addKeysTo(keys);
    }

    @Override
    boolean mayTouch(ReadKeys keys) {
        return command.mayTouch(keys);
    }

    @Override
    boolean isOwnQuestion() {
        return false;
    }

    @Override
    String name() {
        return command.name();
    }

    @Override
    boolean nextReplyIsLast() {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    void onReply(Response reply) {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    void onRefusedReply(Throwable failure) {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    void onFailure(Throwable cause) {
        command.fail(cause);
    }
}
