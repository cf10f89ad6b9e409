package io.quarkiverse.redis.multiplexer.engine;

import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/**
 * Requests that go out together and are answered together. As with the stock client, one error fails the whole batch, after
 * all of it has been answered, with an error that lists every error by the index of its request.
 */
final class BatchCommand extends PendingCommand {

    private final List<Request> requests;
    private final Promise<List<Response>> promise;
    private final CommandReport report;
    private final Response[] replies;
    private int answered;
    private StringBuilder errors;
    private boolean transactionOpen;

    BatchCommand(List<Request> requests, Promise<List<Response>> promise, CommandReport report) {
        this.requests = requests;
        this.promise = promise;
        this.report = report;
        this.replies = new Response[requests.size()];
    }

    @Override
    void encode(ByteBuf out) {
        for (Request request : requests) {
            RespEncoder.encode(request, out);
        }
    }

    @Override
    long maxEncodedSize() {
        long size = 0;
        for (Request request : requests) {
            size += RespEncoder.maxEncodedSize(request);
        }
        return size;
    }

    @Override
    int size() {
        return replies.length;
    }

    @Override
    boolean isReadOnly() {
        return requests.stream().allMatch(Requests::isReadOnly);
    }

    @Override
    String name() {
        return "a batch of " + replies.length + " commands";
    }

    @Override
    boolean nextReplyIsLast() {
        return answered == replies.length - 1;
    }

    @Override
    void onReply(Response reply) {
        int index = answered++;
        watchTransaction(requests.get(index).command(), reply);
        if (reply instanceof ErrorType error) {
            addError(index, error.getMessage());
        } else {
            replies[index] = reply;
        }
        if (answered == replies.length && settle()) {
            if (errors != null) {
                onFailure(ErrorType.create(errors.toString()));
            } else {
                List<Response> result = Arrays.asList(replies);
                report.succeeded(result);
                promise.complete(result);
            }
        }
    }

    /**
     * Whether the batch has opened a transaction and failed to close it, although it was to: the server refused EXEC, as it
     * does to users who may not use it. The connection is of no use to others then.
     */
    boolean leftTransactionOpen() {
        return transactionOpen;
    }

    private void watchTransaction(Command command, Response reply) {
        boolean refused = reply instanceof ErrorType error && !error.is("EXECABORT");
        if (command.equals(Command.MULTI)) {
            transactionOpen |= !refused;
        } else if (command.equals(Command.EXEC) || command.equals(Command.DISCARD)) {
            transactionOpen &= refused;
        }
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
    void onFailure(Throwable cause) {
        report.failed(cause);
        promise.fail(cause);
    }

    @Override
    void forgetReplies() {
        answered = 0;
        errors = null;
        Arrays.fill(replies, null);
    }
}
