package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.List;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Contestant;
import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Operation;

/** Calls and waits, over and over, on a thread of its own. */
final class ThreadCaller implements Runnable {

    private final Run run;
    private final List<Operation> operations;
    private final Contestant.BlockingCall[] calls;

    ThreadCaller(Run run, Contestant contestant, List<Operation> operations) {
        this.run = run;
        this.operations = operations;
        this.calls = operations.stream().map(contestant::blocking).toArray(Contestant.BlockingCall[]::new);
    }

    @Override
    public void run() {
        for (int current = 0; !run.isEnding(); current = (current + 1) % calls.length) {
            long begin = System.nanoTime();
            try {
                int replyBytes = calls[current].call();
                run.answered(System.nanoTime() - begin, operations.get(current).replyBytes(), replyBytes);
            } catch (Exception e) {
                run.failed(e);
            }
        }
        run.leave();
    }
}
