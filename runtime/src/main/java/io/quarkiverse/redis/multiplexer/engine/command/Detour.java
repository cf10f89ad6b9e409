package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * A command that has its place among those of a lane, but runs on another connection, because the server may well end the
 * one that it comes on: others should not suffer from that. The lane begins it when everything before it has been answered,
 * and writes nothing until it is complete, so that commands keep their order.
 */
public final class Detour extends WrappedCommand {

    private final Consumer<PendingCommand> run;
    private final BatchUnits.Apart apart;
    private final End end;

    private Detour(PendingCommand command, Consumer<PendingCommand> run, BatchUnits.Apart apart, End end) {
        super(command);
        this.run = run;
        this.apart = apart;
        this.end = end;
        end.onComplete = this::settle;
    }

    /**
     * @param maker makes the command; it reports its end to the report that it is given
     * @param report what the end of the command is to be reported to
     * @param run runs the command elsewhere
     */
    static Detour of(Function<CommandReport, PendingCommand> maker, CommandReport report, Consumer<PendingCommand> run) {
        End end = new End(report);
        return new Detour(maker.apply(end), run, BatchUnits.TOGETHER, end);
    }

    /**
     * One that may be divided, where its keys are on several servers: then only those of its requests make a detour that are
     * oversized.
     *
     * @param requests what the command asks for
     * @param run runs the command, or a part of it that asks for some of these, elsewhere
     */
    public static Detour of(List<Request> requests, Function<CommandReport, PendingCommand> maker, CommandReport report,
            BiConsumer<PendingCommand, List<Request>> run) {
        End end = new End(report);
        return new Detour(maker.apply(end), command -> run.accept(command, requests), new Oversized(requests, run), end);
    }

    private record Oversized(List<Request> requests, BiConsumer<PendingCommand, List<Request>> run)
            implements
                BatchUnits.Apart {

        @Override
        public boolean isApart(int from, int to) {
            return RequestSize.isOversized(requests.subList(from, to));
        }

        @Override
        public void run(PendingCommand unit, int from, int to) {
            run.accept(unit, requests.subList(from, to));
        }
    }

    @Override
    public PendingCommand encoded() {
        return command;
    }

    /** It is divided instead of run elsewhere, if its keys are on several servers. */
    @Override
    public Optional<SingleCommand> single() {
        return command.single();
    }

    /** A batch whose keys are all in one slot stays as it is. */
    @Override
    public void divide() {
        if (command.slot(ServerCommands.UNASKED) < 0) {
            command.divide(apart);
        }
    }

    @Override
    public List<PendingCommand> units() {
        return command.units();
    }

    @Override
    public boolean runsElsewhere() {
        return true;
    }

    @Override
    public void beginElsewhere(Runnable onComplete) {
        settle();
        end.onComplete = onComplete;
        try {
            run.accept(command);
        } catch (Throwable e) {
            // There is no memory for another connection, above all. Whoever waits for the end of the command hears of it.
            command.fail(e);
        }
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

    /** Hears of the end of the command whatever its caller does with it, and whatever the report of it throws. */
    private static final class End implements CommandReport {

        private final CommandReport report;
        private Runnable onComplete = () -> {
        };

        End(CommandReport report) {
            this.report = report;
        }

        @Override
        public void succeeded(Object reply) {
            try {
                report.succeeded(reply);
            } finally {
                onComplete.run();
            }
        }

        @Override
        public void failed(Throwable cause) {
            try {
                report.failed(cause);
            } finally {
                onComplete.run();
            }
        }
    }
}
