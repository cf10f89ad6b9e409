package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A command together with <a href="https://redis.io/docs/latest/commands/asking/">ASKING</a>, in one piece, for the server that
 * its slot is just moving to. ASKING is in front of each part that {@linkplain PendingCommand#needsAsking needs} it, and its
 * replies tell nothing that the next ones do not.
 */
public final class AskingCommand extends WrappedCommand {

    private static final byte[] ASKING = RespEncoder.encode(Request.cmd(Command.ASKING));

    private final List<byte[]> parts = new ArrayList<>();
    /** How many of the command's own requests have been answered. */
    private int answered;
    /** Whether the ASKING has been answered that is in front of the next one, if there is one. */
    private boolean asked;

    /** @param command with the time that it may take, if it has been accepted */
    public AskingCommand(PendingCommand command) {
        super(command);
        for (int part = 0; part < command.parts(); part++) {
            if (command.needsAsking(part)) {
                parts.add(ASKING);
            }
            parts.add(command.part(part));
        }
        takePlaceIn(command);
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
        return (long) askings() * ASKING.length + command.encodedSize();
    }

    @Override
    public int parts() {
        return parts.size();
    }

    private int askings() {
        return parts.size() - command.parts();
    }

    @Override
    public byte[] part(int index) {
        return parts.get(index);
    }

    @Override
    public int size() {
        return askings() + command.size();
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
    boolean nextRunsScript() {
        return asked && command.nextRunsScript();
    }

    @Override
    public void onReply(Response reply) {
        if (passesOn()) {
            try {
                command.onReply(reply);
            } catch (Throwable e) {
                // Who is told of that finds this one settled.
                command.fail(e);
                throw e;
            }
        }
    }

    @Override
    public void onDroppedReply(Throwable failure) {
        if (passesOn()) {
            command.onDroppedReply(failure);
        }
    }

    /** Takes note of a reply. @return whether it is for the command itself */
    private boolean passesOn() {
        boolean own = asked;
        if (nextReplyIsLast()) {
            // Before its caller hears of it.
            settle();
        } else if (own) {
            asked = !command.needsAsking(++answered);
        } else {
            asked = true;
        }
        return own;
    }

    @Override
    void onRefused(ErrorType lastReply) {
        command.onRefused(lastReply);
    }

    @Override
    void forgetReplies() {
        asked = false;
        answered = 0;
        command.forgetReplies();
    }
}
