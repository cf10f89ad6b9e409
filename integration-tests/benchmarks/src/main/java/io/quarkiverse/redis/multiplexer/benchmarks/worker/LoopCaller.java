package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.List;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Contestant;
import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Operation;
import io.vertx.core.Vertx;

/** Has one call in flight at a time: makes the next one on the thread, and in the call, that brings the reply. */
final class LoopCaller implements Contestant.Caller {

    private static final int PAUSE_AFTER_FAILURE_MILLIS = 1;

    private final Vertx vertx;
    private final Run run;
    private final List<Operation> operations;
    private final Runnable[] calls;
    private int current;
    private long begin;

    LoopCaller(Vertx vertx, Run run, Contestant contestant, List<Operation> operations) {
        this.vertx = vertx;
        this.run = run;
        this.operations = operations;
        this.calls = operations.stream().map(operation -> contestant.asynchronous(operation, this)).toArray(Runnable[]::new);
    }

    void start() {
        begin = System.nanoTime();
        calls[current].run();
    }

    @Override
    public void succeeded(int replyBytes) {
        long now = System.nanoTime();
        run.answered(now - begin, operations.get(current).replyBytes(), replyBytes);
        if (run.isEnding()) {
            run.leave();
            return;
        }
        if (++current == calls.length) {
            current = 0;
        }
        begin = now;
        calls[current].run();
    }

    @Override
    public void failed(Throwable cause) {
        run.failed(cause);
        if (run.isEnding()) {
            run.leave();
        } else {
            vertx.setTimer(PAUSE_AFTER_FAILURE_MILLIS, timer -> start());
        }
    }
}
