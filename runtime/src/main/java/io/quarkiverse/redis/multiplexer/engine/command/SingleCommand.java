package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** One request and the promise of its reply. */
public sealed class SingleCommand extends PendingCommand permits PlacedCommand, PrimaryCommand {

    /** The listener of own questions, which tells them from others. */
    private static final CommandReport OWN_QUESTION = new CommandReport() {
        @Override
        public void succeeded(Object reply) {
        }

        @Override
        public void failed(Throwable cause) {
        }
    };

    /** The listener of a command whose next reply is looked at first. */
    private record CheckedReport(CommandReport report, Predicate<PendingCommand> check) implements CommandReport {

        @Override
        public void succeeded(Object reply) {
            report.succeeded(reply);
        }

        @Override
        public void failed(Throwable cause) {
            report.failed(cause);
        }
    }

    private final CommandSpec spec;
    private final byte[] encoded;
    private final Promise<Response> promise;
    /** One that is checked is in the place of the other one, so that no command needs room for a check. */
    private CommandReport report;

    /** @throws RuntimeException if the request cannot be encoded, and any {@link Error} that encoding it ends in */
    public SingleCommand(Request request, Promise<Response> promise, CommandReport report) {
        this(CommandSpec.of(request), request, RequestSize.of(request), promise, report);
    }

    /** The same, where it is known already what the command is, and {@linkplain RequestSize#of how large}. */
    public SingleCommand(CommandSpec spec, Request request, long size, Promise<Response> promise, CommandReport report) {
        this.spec = spec;
        this.encoded = RespEncoder.encode(request, size);
        this.promise = promise;
        this.report = report;
    }

    /** A question of the client's own, about the connection that it is sent on. */
    public static SingleCommand ownQuestion(Request request, Promise<Response> promise) {
        return new SingleCommand(request, promise, OWN_QUESTION);
    }

    /** The same, where it has been encoded already. */
    SingleCommand(CommandSpec spec, byte[] encoded, Promise<Response> promise, CommandReport report) {
        this.spec = spec;
        this.encoded = encoded;
        this.promise = promise;
        this.report = report;
    }

    /**
     * The same command with other arguments, or in another place: a part of this one, which is not reported by itself.
     *
     * @param request encoded, with the name that this one has
     * @param slot of the part, whatever its keys are
     */
    public SingleCommand part(byte[] request, int slot, Promise<Response> answer) {
        return new PlacedCommand(spec, request, slot, mayReadCopy(), answer);
    }

    /** A request in the place of a slot, as it is needed to answer another one. */
    public static SingleCommand at(int slot, Request request, Promise<Response> answer) {
        return new PlacedCommand(CommandSpec.of(request), RespEncoder.encode(request), slot, false, answer);
    }

    /** The same command once more, which is not reported by itself. */
    public SingleCommand again(Promise<Response> answer) {
        return new SingleCommand(spec, encoded, answer, CommandReport.NONE);
    }

    /** The request as it was when the command was made. */
    public Request request() {
        Request request = Request.cmd(spec.command());
        arguments().forEach(request::arg);
        return request;
    }

    /** The arguments as they were when the command was made. */
    public List<byte[]> arguments() {
        return new EncodedRequests(encoded).nextArguments();
    }

    @Override
    public boolean isSingle() {
        return true;
    }

    @Override
    public Optional<SingleCommand> single() {
        return Optional.of(this);
    }

    @Override
    public int fingerprint() {
        int hash = 31 * spec.command().hashCode() + EncodedRequests.hashOfFirstArgument(encoded);
        return hash == 0 ? 1 : hash;
    }

    @Override
    public boolean endsScript() {
        return spec.hasSubcommand() && spec.endsScript(arguments());
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
        return spec.isReadOnly();
    }

    @Override
    public boolean mayReadCopy() {
        return spec.readsCopies();
    }

    @Override
    void addKeysTo(TouchedKeys keys) {
        keys.add(spec, encoded, 0);
    }

    @Override
    public boolean mayTouch(ReadKeys keys) {
        return keys.mayBeTouchedBy(spec, encoded, 0);
    }

    @Override
    Optional<ReadKeys> readKeys() {
        return ReadKeys.of(spec, encoded);
    }

    @Override
    public int slot(ServerCommands commands) {
        return Slot.and(Slot.NONE, commands.placing(spec), encoded, 0);
    }

    @Override
    public final boolean isWithoutKeys() {
        return Slot.and(Slot.NONE, spec.placing(), encoded, 0) == Slot.NONE;
    }

    @Override
    public boolean isOwnQuestion() {
        return report == OWN_QUESTION;
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public boolean nextReplyIsLast() {
        return true;
    }

    @Override
    public StateEffect nextEffect() {
        return StateEffect.of(spec, spec.hasSubcommand() ? arguments() : List.of());
    }

    @Override
    public boolean nextExecutes() {
        return spec.special() == SpecialCommand.EXEC;
    }

    @Override
    boolean nextRunsScript() {
        return spec.runsScript();
    }

    @Override
    public void checkReply(Predicate<PendingCommand> check) {
        if (isReadOnly() && !isOwnQuestion()) {
            report = new CheckedReport(unchecked(), check);
        }
    }

    private CommandReport unchecked() {
        return report instanceof CheckedReport checked ? checked.report : report;
    }

    private boolean accepts(CheckedReport checked) {
        report = checked.report;
        return isSettled() || checked.check.test(this);
    }

    @Override
    public void onReply(Response reply) {
        if (report instanceof CheckedReport checked && !accepts(checked)) {
            takeBackAnswered();
        } else if (settle()) {
            if (reply instanceof ErrorType error) {
                onFailure(error);
            } else {
                try {
                    report.succeeded(reply);
                } finally {
                    Guard.complete(promise, reply);
                }
            }
        }
    }

    @Override
    public void onDroppedReply(Throwable failure) {
        fail(failure);
    }

    @Override
    protected void onFailure(Throwable cause) {
        try {
            report.failed(cause);
        } finally {
            Guard.fail(promise, cause);
        }
    }
}
