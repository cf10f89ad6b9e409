package io.quarkiverse.redis.multiplexer.engine.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.vertx.core.AsyncResult;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;

/**
 * The requests of a batch as commands of their own, for servers that have only some of its keys each. What is between MULTI and
 * EXEC or DISCARD stays together, and so does what is behind WATCH as long as its keys are watched: they must not stay watched
 * on a connection that others share. The batch is complete when all commands are, with the replies in its own order.
 */
final class BatchUnits {

    /** Decides which requests are not sent on the connections that the others are sent on. */
    interface Apart {

        /** @param to behind the last one of them */
        boolean isApart(int from, int to);

        void run(PendingCommand unit, int from, int to);
    }

    /** No request is apart. */
    static final Apart TOGETHER = new Apart() {
        @Override
        public boolean isApart(int from, int to) {
            return false;
        }

        @Override
        public void run(PendingCommand unit, int from, int to) {
            throw new IllegalStateException(unit.name() + " is not apart");
        }
    };

    private final BatchCommand batch;
    private final CommandSpec[] specs;
    private final StateEffect[] effects;
    private final List<byte[]> requests = new ArrayList<>();
    private final List<PendingCommand> units = new ArrayList<>();
    private final Object[] results;
    private final boolean readsOnly;
    private final Apart apart;
    private int open;

    private BatchUnits(BatchCommand batch, CommandSpec[] specs, StateEffect[] effects, Apart apart) {
        this.apart = apart;
        this.batch = batch;
        this.specs = specs;
        this.effects = effects;
        this.readsOnly = batch.isReadOnly();
        this.results = new Object[specs.length];
        this.open = specs.length;
        for (int part = 0; part < batch.parts(); part++) {
            addRequests(batch.part(part));
        }
    }

    /** In the order of the batch, which is nobody else's to complete from now on. */
    static List<PendingCommand> of(BatchCommand batch, CommandSpec[] specs, StateEffect[] effects, Apart apart) {
        BatchUnits all = new BatchUnits(batch, specs, effects, apart);
        for (int from = 0; from < specs.length;) {
            from = effects[from].beginsBlock() ? all.addBlock(from) : all.addSingle(from);
        }
        return all.units;
    }

    private void addRequests(byte[] part) {
        EncodedRequests reader = new EncodedRequests(part);
        int from = reader.next();
        while (reader.hasNext()) {
            int to = reader.next();
            requests.add(Arrays.copyOfRange(part, from, to));
            from = to;
        }
        requests.add(from == 0 ? part : Arrays.copyOfRange(part, from, part.length));
    }

    private int addSingle(int index) {
        Promise<Response> answer = Promise.promise();
        answer.future().onComplete(end -> end(index, end));
        add(index, index + 1, report -> readsOnly ? new SingleCommand(specs[index], requests.get(index), answer, report)
                : new PrimaryCommand(specs[index], requests.get(index), answer, report));
        return index + 1;
    }

    private void add(int from, int to, Function<CommandReport, PendingCommand> maker) {
        units.add(apart.isApart(from, to)
                ? Detour.of(maker, CommandReport.NONE, unit -> runApart(unit, from, to))
                : maker.apply(CommandReport.NONE));
    }

    private void runApart(PendingCommand unit, int from, int to) {
        unit.takePlace();
        apart.run(unit, from, to);
    }

    /** Where no transaction is open, and no key is watched, any more. */
    private int endOfBlock(int from) {
        ConnectionTaint taint = new ConnectionTaint();
        int to = from;
        do {
            taint.assumed(effects[to++]);
        } while (to < specs.length && !taint.isClean());
        return to;
    }

    private int addBlock(int from) {
        int to = endOfBlock(from);
        add(from, to, report -> new BlockCommand(Arrays.copyOfRange(specs, from, to), Arrays.copyOfRange(effects, from, to),
                requests.subList(from, to).toArray(byte[][]::new), new BlockCommand.Results() {
                    @Override
                    public void replied(List<Object> replies) {
                        report.succeeded(replies);
                        for (int i = 0; i < replies.size(); i++) {
                            end(from + i, replies.get(i));
                        }
                    }

                    @Override
                    public void failed(Throwable cause) {
                        report.failed(cause);
                        for (int i = from; i < to; i++) {
                            end(i, cause);
                        }
                    }
                }));
        return to;
    }

    private void end(int index, AsyncResult<Response> end) {
        end(index, end.succeeded() ? end.result() : end.cause());
    }

    /** Units may end on any thread while they are being submitted. */
    private void end(int index, Object result) {
        boolean last;
        synchronized (this) {
            results[index] = result;
            last = --open == 0;
        }
        if (last) {
            complete();
        }
    }

    private void complete() {
        try {
            if (Arrays.stream(results).anyMatch(BatchFailure::isFailure)) {
                batch.fail(BatchFailure.of(batch.name(), specs, effects, results));
            } else {
                Arrays.stream(results).forEach(reply -> batch.onReply((Response) reply));
            }
        } catch (Throwable e) {
            // There is no memory to tell all the errors.
            batch.fail(e);
        }
    }
}
