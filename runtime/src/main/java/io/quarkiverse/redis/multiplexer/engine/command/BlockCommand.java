package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Arrays;
import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * A transaction, or the beginning or the end of one, as one piece, with the WATCH that it depends on if that came with it: sent
 * as one, and sent again as one if the server has executed nothing of it. Its replies are passed on as they are, when all have
 * come.
 */
final class BlockCommand extends PendingCommand {

    /** Told of the end of a block, once, by one of these. */
    interface Results {

        /** @param replies to all of its requests, in their order, or the failure that came in place of a reply */
        void replied(List<Object> replies);

        void failed(Throwable cause);
    }

    private final CommandSpec[] specs;
    private final StateEffect[] effects;
    /** Each has whole requests. */
    private final byte[][] encoded;
    private final long encodedSize;
    /** So many requests are in front of the transaction, WATCH among them. */
    private final int outside;
    private final Results results;
    private final Object[] replies;
    private int answered;
    /** Why the server will not execute it, if that is about the server; {@code null} if nothing is known of that. */
    private ErrorType refusal;
    private final ConnectionTaint taint = new ConnectionTaint();

    /**
     * @param specs of all requests; the arrays are not changed any more
     * @param encoded all requests; those that are in front of the transaction one by one
     */
    BlockCommand(CommandSpec[] specs, StateEffect[] effects, byte[][] encoded, Results results) {
        this.specs = specs;
        this.effects = effects;
        this.encoded = encoded;
        this.encodedSize = size(encoded);
        this.outside = outside(effects);
        this.results = results;
        this.replies = new Object[specs.length];
    }

    private static int outside(StateEffect[] effects) {
        if (effects[0].endsTransaction()) {
            return 0;
        }
        int multi = Arrays.asList(effects).indexOf(StateEffect.MULTI);
        return multi < 0 ? effects.length : multi;
    }

    private static long size(byte[][] parts) {
        long size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        return size;
    }

    /**
     * Nothing has been executed if the last reply is an error: that of EXEC, or of DISCARD; unless something was written while
     * keys were watched already, and the transaction was not open yet.
     */
    @Override
    public boolean isSingle() {
        return nextReplyIsLast() && !writesAtOnce();
    }

    private boolean writesAtOnce() {
        for (int i = 0; i < outside; i++) {
            if (effects[i] == StateEffect.NONE && !specs[i].isReadOnly()) {
                return true;
            }
        }
        return false;
    }

    /** Those in front of the transaction are in parts of their own. */
    @Override
    boolean needsAsking(int part) {
        return part <= outside;
    }

    @Override
    public ErrorType decisive(ErrorType error) {
        return refusal != null && ServerError.named(error) == ServerError.EXECABORT ? refusal : error;
    }

    @Override
    public long encodedSize() {
        return encodedSize;
    }

    @Override
    public int parts() {
        return encoded.length;
    }

    @Override
    public byte[] part(int index) {
        return encoded[index];
    }

    @Override
    public int size() {
        return specs.length;
    }

    @Override
    boolean isReadOnly() {
        return false;
    }

    @Override
    void addKeysTo(TouchedKeys keys) {
        int index = 0;
        for (byte[] part : encoded) {
            for (EncodedRequests requests = new EncodedRequests(part); requests.hasNext();) {
                keys.add(specs[index++], part, requests.next());
            }
        }
    }

    @Override
    public boolean mayTouch(ReadKeys keys) {
        int index = 0;
        for (byte[] part : encoded) {
            for (EncodedRequests requests = new EncodedRequests(part); requests.hasNext();) {
                if (keys.mayBeTouchedBy(specs[index++], part, requests.next())) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public int slot(ServerCommands commands) {
        int slot = Slot.NONE;
        int index = 0;
        for (byte[] part : encoded) {
            for (EncodedRequests requests = new EncodedRequests(part); requests.hasNext();) {
                slot = Slot.and(slot, commands.placing(specs[index++]), part, requests.next());
            }
        }
        return slot;
    }

    @Override
    public boolean isOwnQuestion() {
        return false;
    }

    @Override
    public String name() {
        return specs.length == 1 ? specs[0].name() : "a transaction of " + queued() + " commands";
    }

    private long queued() {
        return Arrays.stream(effects).filter(effect -> effect == StateEffect.NONE).count();
    }

    @Override
    public String lastRequest() {
        return specs[specs.length - 1].name();
    }

    @Override
    public boolean hasRequest(String requestName) {
        return Arrays.stream(specs).anyMatch(spec -> spec.name().equalsIgnoreCase(requestName));
    }

    @Override
    public boolean nextReplyIsLast() {
        return answered == specs.length - 1;
    }

    @Override
    public StateEffect nextEffect() {
        return effects[answered];
    }

    @Override
    boolean nextRunsScript() {
        return specs[answered].runsScript();
    }

    @Override
    public boolean leftTrace() {
        return !taint.isClean();
    }

    @Override
    public void onReply(Response reply) {
        taint.answeredToUs(nextEffect(), reply);
        if (refusal == null && reply instanceof ErrorType error && ServerError.of(error).remedy() != Remedy.CALLERS
                && !isErrorOfScript(error)) {
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
        replies[answered++] = result;
        if (answered == specs.length) {
            List<Object> all = Arrays.asList(replies);
            if (settle()) {
                tell(all);
            }
        }
    }

    private void tell(List<Object> all) {
        try {
            results.replied(all);
        } catch (Throwable e) {
            // There is no memory to tell the answer. Nobody else will.
            results.failed(e);
            throw e;
        }
    }

    @Override
    protected void onFailure(Throwable cause) {
        results.failed(cause);
    }

    @Override
    void onRefused(ErrorType lastReply) {
        taint.answered(nextEffect(), lastReply);
    }

    @Override
    void forgetReplies() {
        answered = 0;
        Arrays.fill(replies, null);
        refusal = null;
    }
}
