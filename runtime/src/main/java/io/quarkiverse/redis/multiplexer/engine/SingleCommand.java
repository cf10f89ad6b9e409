package io.quarkiverse.redis.multiplexer.engine;

import io.netty.buffer.ByteBuf;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** One request and the promise of its reply. */
final class SingleCommand extends PendingCommand {

    private final Request request;
    private final Promise<Response> promise;
    private final CommandReport report;

    SingleCommand(Request request, Promise<Response> promise, CommandReport report) {
        this.request = request;
        this.promise = promise;
        this.report = report;
    }

    /** Whether it waits for what was written before it to reach replicas or the disk. */
    boolean isWait() {
        String name = request.command().toString();
        return name.equalsIgnoreCase("wait") || name.equalsIgnoreCase("waitaof");
    }

    /** A number that requests with the same command and the same first arguments have in common. Never 0. */
    int fingerprint() {
        return Requests.fingerprint(request);
    }

    boolean endsScript() {
        return Requests.endsScript(request);
    }

    @Override
    void encode(ByteBuf out) {
        RespEncoder.encode(request, out);
    }

    @Override
    long maxEncodedSize() {
        return RespEncoder.maxEncodedSize(request);
    }

    @Override
    int size() {
        return 1;
    }

    @Override
    boolean isReadOnly() {
        return Requests.isReadOnly(request);
    }

    @Override
    String name() {
        return request.command().toString();
    }

    @Override
    boolean nextReplyIsLast() {
        return true;
    }

    @Override
    void onReply(Response reply) {
        if (settle()) {
            if (reply instanceof ErrorType error) {
                onFailure(error);
            } else {
                report.succeeded(reply);
                promise.complete(reply);
            }
        }
    }

    @Override
    void onFailure(Throwable cause) {
        report.failed(cause);
        promise.fail(cause);
    }
}
