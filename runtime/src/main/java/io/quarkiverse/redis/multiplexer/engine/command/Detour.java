package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

import io.vertx.redis.client.Response;

/**
 * A command that has its place among those of a lane, but runs on another connection, because the server may well end the
 * one that it comes on: others should not suffer from that. The lane begins it when everything before it has been answered,
 * and writes nothing until it is complete, so that commands keep their order.
 */
public final class Detour extends WrappedCommand {

    private final Consumer<PendingCommand> run;
    private final End end;

    private Detour(PendingCommand command, Consumer<PendingCommand> run, End end) {
        super(command);
        this.run = run;
        this.end = end;
        end.onComplete = this::settle;
    }

    /**
     * @param maker makes the command; it reports its end to the report that it is given
     * @param report what the end of the command is to be reported to
     * @param run runs the command elsewhere
     */
    public static Detour of(Function<CommandReport, PendingCommand> maker, CommandReport report, Consumer<PendingCommand> run) {
        End end = new End(report);
        return new Detour(maker.apply(end), run, end);
    }

    /** It is divided instead of run elsewhere, if its keys are on several servers. */
    @Override
    public Optional<SingleCommand> single() {
        return command.single();
    }

    @Override
    public boolean runsElsewhere() {
        return true;
    }

    @Override
    public void beginElsewhere(Runnable onComplete) {
        settle();
        end.onComplete = onComplete;
        run.accept(command);
    }

    @Override
    public long encodedSize() {
        return command.encodedSize();
    }

    @Override
    public int parts() {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    public byte[] part(int index) {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    public int size() {
        return command.size();
    }

    @Override
    public boolean nextReplyIsLast() {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    public void onReply(Response reply) {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    public void onDroppedReply(Throwable failure) {
        throw new IllegalStateException(name() + " is not for this connection");
    }

    @Override
    public StateEffect nextEffect() {
        return command.nextEffect();
    }

    /** Hears of the end of the command whatever its caller does with it. */
    private static final class End implements CommandReport {

        private final CommandReport report;
        private Runnable onComplete = () -> {
        };

        End(CommandReport report) {
            this.report = report;
        }

        @Override
        public void succeeded(Object reply) {
            report.succeeded(reply);
            onComplete.run();
        }

        @Override
        public void failed(Throwable cause) {
            report.failed(cause);
            onComplete.run();
        }
    }
}
