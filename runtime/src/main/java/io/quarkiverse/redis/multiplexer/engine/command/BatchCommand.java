package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Requests that go out together and are answered together. As with the stock client, one error fails the whole batch, after
 * all of it has been answered, with an error that lists every error by the index of its request. A reply that had to be
 * dropped fails it likewise, with that failure.
 */
public final class BatchCommand extends PendingCommand {

    /** Requests are put into arrays of about this size together. */
    private static final int PART_BYTES = 64 * 1024;

    private final CommandSpec[] specs;
    private final StateEffect[] effects;
    private final List<byte[]> encoded;
    private final long encodedSize;
    private final Promise<List<Response>> promise;
    private final CommandReport report;
    private final Response[] replies;
    private List<PendingCommand> units = List.of();
    private int answered;
    private StringBuilder errors;
    /** Instead of a reply that had to be dropped; {@code null} if there is none. */
    private Throwable dropped;
    /** What it leaves behind, if nothing was there before. */
    private final ConnectionTaint taint = new ConnectionTaint();

    /** @throws RuntimeException if a request cannot be encoded, and any {@link Error} that encoding them ends in */
    public BatchCommand(List<Request> requests, Promise<List<Response>> promise, CommandReport report) {
        this.specs = requests.stream().map(CommandSpec::of).toArray(CommandSpec[]::new);
        this.effects = requests.stream().map(StateEffect::of).toArray(StateEffect[]::new);
        this.encoded = encode(requests);
        this.encodedSize = encoded.stream().mapToLong(part -> part.length).sum();
        this.promise = promise;
        this.report = report;
        this.replies = new Response[specs.length];
    }

    private static List<byte[]> encode(List<Request> requests) {
        List<byte[]> parts = new ArrayList<>();
        for (int from = 0; from < requests.size();) {
            int to = from;
            long size = 0;
            long next = RespEncoder.encodedSize(requests.get(from));
            while (size == 0 || size + next <= PART_BYTES) {
                size += next;
                if (++to == requests.size()) {
                    break;
                }
                next = RespEncoder.encodedSize(requests.get(to));
            }
            parts.add(encode(requests.subList(from, to), size));
            from = to;
        }
        return parts;
    }

    private static byte[] encode(List<Request> requests, long size) {
        if (requests.size() == 1) {
            return RespEncoder.encode(requests.get(0));
        }
        byte[] part = new byte[(int) size];
        int position = 0;
        for (Request request : requests) {
            position = RespEncoder.encode(request, part, position);
        }
        return part;
    }

    @Override
    public long encodedSize() {
        return encodedSize;
    }

    @Override
    public int parts() {
        return encoded.size();
    }

    @Override
    public byte[] part(int index) {
        return encoded.get(index);
    }

    @Override
    public int size() {
        return replies.length;
    }

    @Override
    public void divide() {
        divide(BatchUnits.TOGETHER);
    }

    @Override
    void divide(BatchUnits.Apart apart) {
        units = BatchUnits.of(this, specs, effects, apart);
    }

    @Override
    public List<PendingCommand> units() {
        return units;
    }

    @Override
    boolean isReadOnly() {
        return Arrays.stream(specs).allMatch(CommandSpec::isReadOnly);
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
        return "a batch of " + replies.length + " commands";
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
        return answered == replies.length - 1;
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
    public void onReply(Response reply) {
        taint.answeredToUs(nextEffect(), reply);
        int index = answered++;
        if (reply instanceof ErrorType error) {
            addError(index, error.getMessage());
        } else {
            replies[index] = reply;
        }
        settleIfAnswered();
    }

    @Override
    public void onDroppedReply(Throwable failure) {
        // The server has executed it: what it was to begin or to end, it has.
        taint.executed(effects[answered++]);
        dropped = failure;
        settleIfAnswered();
    }

    /** What needs memory is made before it is settled: if there is none, the batch fails by that. */
    private void settleIfAnswered() {
        if (answered < replies.length) {
            return;
        }
        if (dropped != null) {
            fail(dropped);
        } else if (errors != null) {
            fail(ErrorType.create(errors.toString()));
        } else {
            succeed(Arrays.asList(replies));
        }
    }

    private void succeed(List<Response> result) {
        if (settle()) {
            try {
                report.succeeded(result);
            } finally {
                Guard.complete(promise, result);
            }
        }
    }

    @Override
    public boolean leftTrace() {
        return !taint.isClean();
    }

    private void addError(int index, String message) {
        if (errors == null) {
            errors = new StringBuilder();
        } else {
            errors.append(System.lineSeparator());
        }
        String text = message.startsWith("ERR ") ? message.substring("ERR ".length()) : message;
        errors.append("ERR [").append(index).append("] ").append(text);
    }

    @Override
    protected void onFailure(Throwable cause) {
        try {
            report.failed(cause);
        } finally {
            Guard.fail(promise, cause);
        }
    }

    @Override
    void forgetReplies() {
        answered = 0;
        errors = null;
        dropped = null;
        Arrays.fill(replies, null);
    }
}
