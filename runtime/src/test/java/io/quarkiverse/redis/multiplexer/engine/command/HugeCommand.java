package io.quarkiverse.redis.multiplexer.engine.command;

import io.vertx.redis.client.Response;

/** A command that says that it is larger than it is. */
public final class HugeCommand extends WrappedCommand {

    private final long size;

    public HugeCommand(PendingCommand command, long size) {
        super(command);
        this.size = size;
    }

    @Override
    public long encodedSize() {
        return size;
    }

    @Override
    public int parts() {
        return command.parts();
    }

    @Override
    public byte[] part(int index) {
        return command.part(index);
    }

    @Override
    public int size() {
        return command.size();
    }

    @Override
    public boolean nextReplyIsLast() {
        return command.nextReplyIsLast();
    }

    @Override
    public StateEffect nextEffect() {
        return command.nextEffect();
    }

    @Override
    public void onReply(Response reply) {
        settle();
        command.onReply(reply);
    }

    @Override
    public void onDroppedReply(Throwable failure) {
        settle();
        command.onDroppedReply(failure);
    }
}
