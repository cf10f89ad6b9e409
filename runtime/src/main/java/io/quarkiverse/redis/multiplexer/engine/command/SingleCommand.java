package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** One request and the promise of its reply. */
public final class SingleCommand extends PendingCommand {

    private final Command command;
    private final byte[] encoded;
    private final Promise<Response> promise;
    private final CommandReport report;
    private final boolean ownQuestion;

    /** @throws RuntimeException if the request cannot be encoded, and any {@link Error} that encoding it ends in */
    public SingleCommand(Request request, Promise<Response> promise, CommandReport report) {
        this(request, promise, report, false);
    }

    private SingleCommand(Request request, Promise<Response> promise, CommandReport report, boolean ownQuestion) {
        this.command = request.command();
        this.encoded = RespEncoder.encode(request);
        this.promise = promise;
        this.report = report;
        this.ownQuestion = ownQuestion;
    }

    /** A question of the client's own, about the connection that it is sent on. */
    public static SingleCommand ownQuestion(Request request, Promise<Response> promise) {
        return new SingleCommand(request, promise, CommandReport.NONE, true);
    }

    Command command() {
        return command;
    }

    /** The arguments as they were when the command was made. */
    List<byte[]> arguments() {
        return new EncodedRequests(encoded).nextArguments();
    }

    /**
     * A number that commands with the same name and the same first argument, which mostly is a key, have in common, and others
     * hardly ever. Never 0.
     */
    public int fingerprint() {
        int hash = 31 * command.hashCode() + EncodedRequests.hashOfFirstArgument(encoded);
        return hash == 0 ? 1 : hash;
    }

    public boolean endsScript() {
        return Requests.endsScript(command, arguments());
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
        return 1;
    }

    @Override
    public boolean isReadOnly() {
        return Requests.isReadOnly(command);
    }

    @Override
    void addKeysTo(TouchedKeys keys) {
        keys.add(command, arguments());
    }

    @Override
    public boolean mayTouch(ReadKeys keys) {
        return keys.mayBeTouchedBy(command, arguments());
    }

    @Override
    public boolean isOwnQuestion() {
        return ownQuestion;
    }

    @Override
    public String name() {
        return command.toString();
    }

    @Override
    public boolean nextReplyIsLast() {
        return true;
    }

    @Override
    public StateEffect nextEffect() {
        return StateEffect.of(command, arguments());
    }

    @Override
    public void onReply(Response reply) {
        if (settle()) {
            if (reply instanceof ErrorType error) {
                onFailure(error);
            } else {
                report.succeeded(reply);
                Guard.complete(promise, reply);
            }
        }
    }

    @Override
    public void onRefusedReply(Throwable failure) {
        fail(failure);
    }

    @Override
    protected void onFailure(Throwable cause) {
        report.failed(cause);
        Guard.fail(promise, cause);
    }
}
