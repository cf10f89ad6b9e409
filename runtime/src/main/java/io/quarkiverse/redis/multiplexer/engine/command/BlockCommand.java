package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A transaction, from MULTI to EXEC or DISCARD, as a part of a batch: sent as one piece, and sent again as one if the server
 * has
 * executed nothing of it. Each of its replies is passed on as it is, when all have come.
 */
final class BlockCommand extends PendingCommand {

    private final List<CommandSpec> specs;
    private final List<StateEffect> effects;
    private final byte[] encoded;
    private final BiConsumer<Integer, Object> results;
    private final List<Object> replies = new ArrayList<>();
    /** Why the server will not execute it, if that is about the server; {@code null} if nothing is known of that. */
    private ErrorType refusal;
    private final ConnectionTaint taint = new ConnectionTaint();

    /**
     * @param encoded all requests
     * @param results given the position of each request and its reply, or the failure that it has in place of one
     */
    BlockCommand(List<CommandSpec> specs, List<StateEffect> effects, byte[] encoded, BiConsumer<Integer, Object> results) {
        this.specs = List.copyOf(specs);
        this.effects = List.copyOf(effects);
        this.encoded = encoded;
        this.results = results;
    }

    /** Nothing has been executed if the last reply is an error: that of EXEC, or of DISCARD. */
    @Override
    public boolean isSingle() {
        return nextReplyIsLast();
    }

    @Override
    public ErrorType decisive(ErrorType error) {
        return refusal != null && ServerError.named(error) == ServerError.EXECABORT ? refusal : error;
    }

    @Override
    public long encodedSize() {
        return encoded.length;
    }

    @Override
    public int parts() {
        return 1;
    }

    @Override
    public byte[] part(int index) {
        return encoded;
    }

    @Override
    public int size() {
        return specs.size();
    }

    @Override
    boolean isReadOnly() {
        return false;
    }

    @Override
    void addKeysTo(TouchedKeys keys) {
        int index = 0;
        for (EncodedRequests requests = new EncodedRequests(encoded); requests.hasNext();) {
            keys.add(specs.get(index++), encoded, requests.next());
        }
    }

    @Override
    public boolean mayTouch(ReadKeys keys) {
        int index = 0;
        for (EncodedRequests requests = new EncodedRequests(encoded); requests.hasNext();) {
            if (keys.mayBeTouchedBy(specs.get(index++), encoded, requests.next())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int slot(ServerCommands commands) {
        int slot = Slot.NONE;
        int index = 0;
        for (EncodedRequests requests = new EncodedRequests(encoded); requests.hasNext();) {
            slot = Slot.and(slot, commands.placing(specs.get(index++)), encoded, requests.next());
        }
        return slot;
    }

    @Override
    public boolean isOwnQuestion() {
        return false;
    }

    @Override
    public String name() {
        return "a transaction of " + (specs.size() - 2) + " commands";
    }

    @Override
    public String lastRequest() {
        return specs.get(specs.size() - 1).name();
    }

    @Override
    public boolean hasRequest(String requestName) {
        return specs.stream().anyMatch(spec -> spec.name().equalsIgnoreCase(requestName));
    }

    @Override
    public boolean nextReplyIsLast() {
        return replies.size() == specs.size() - 1;
    }

    @Override
    public StateEffect nextEffect() {
        return effects.get(replies.size());
    }

    @Override
    public boolean leftTrace() {
        return !taint.isClean();
    }

    @Override
    public void onReply(Response reply) {
        taint.answered(nextEffect(), reply);
        if (refusal == null && reply instanceof ErrorType error && ServerError.of(error).remedy() != Remedy.CALLERS) {
            refusal = error;
        }
        add(reply);
    }

    @Override
    public void onDroppedReply(Throwable failure) {
        taint.executed(nextEffect());
        add(failure);
    }

    private void add(Object result) {
        replies.add(result);
        if (replies.size() == specs.size() && settle()) {
            for (int i = 0; i < specs.size(); i++) {
                results.accept(i, replies.get(i));
            }
        }
    }

    @Override
    protected void onFailure(Throwable cause) {
        for (int i = 0; i < specs.size(); i++) {
            results.accept(i, cause);
        }
    }

    @Override
    void onRefused(ErrorType lastReply) {
        taint.answered(nextEffect(), lastReply);
    }

    @Override
    void forgetReplies() {
        replies.clear();
        refusal = null;
    }
}
