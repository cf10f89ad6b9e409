package io.quarkiverse.redis.multiplexer.engine.command;

import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A command together with <a href="https://redis.io/docs/latest/commands/asking/">ASKING</a>, in one piece, for the server that
 * its slot is just moving to. There is one more reply than to the command alone; it tells nothing that the next one does not.
 */
public final class AskingCommand extends WrappedCommand {

    private static final byte[] ASKING = RespEncoder.encode(Request.cmd(Command.ASKING));

    /** Whether ASKING has been answered. */
    private boolean asked;

    /** @param command with the time that it may take, if it has been accepted */
    public AskingCommand(PendingCommand command) {
        super(command);
        if (command.isLimited()) {
            mustEndBy(command.deadline());
        } else if (command.isEndless()) {
            mayTakeForEver();
        }
    }

    @Override
    public PendingCommand core() {
        return command;
    }

    @Override
    public ErrorType decisive(ErrorType error) {
        return command.decisive(error);
    }

    @Override
    public long encodedSize() {
        return ASKING.length + command.encodedSize();
    }

    @Override
    public int parts() {
        return 1 + command.parts();
    }

    @Override
    public byte[] part(int index) {
        return index == 0 ? ASKING : command.part(index - 1);
    }

    @Override
    public int size() {
        return 1 + command.size();
    }

    @Override
    public boolean isSingle() {
        return asked && command.isSingle();
    }

    @Override
    public String lastRequest() {
        return command.lastRequest();
    }

    @Override
    public boolean hasRequest(String requestName) {
        return command.hasRequest(requestName);
    }

    @Override
    public boolean leftTrace() {
        return command.leftTrace();
    }

    @Override
    public boolean nextReplyIsLast() {
        return asked && command.nextReplyIsLast();
    }

    @Override
    public StateEffect nextEffect() {
        return asked ? command.nextEffect() : StateEffect.NONE;
    }

    @Override
    public void onReply(Response reply) {
        if (asked) {
            settleIf(nextReplyIsLast());
            command.onReply(reply);
        } else {
            asked = true;
        }
    }

    @Override
    public void onDroppedReply(Throwable failure) {
        if (asked) {
            settleIf(nextReplyIsLast());
            command.onDroppedReply(failure);
        } else {
            asked = true;
        }
    }

    /** Before its caller hears of it. */
    private void settleIf(boolean complete) {
        if (complete) {
            settle();
        }
    }

    @Override
    void onRefused(ErrorType lastReply) {
        command.onRefused(lastReply);
    }

    @Override
    void forgetReplies() {
        asked = false;
        command.forgetReplies();
    }
}
