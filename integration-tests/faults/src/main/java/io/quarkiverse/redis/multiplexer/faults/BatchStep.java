package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;

/** Several commands, sent as one as soon as it has been made. */
abstract class BatchStep implements Step {

    private final List<Call> calls;
    private final long begun = System.nanoTime();

    BatchStep(List<Call> calls) {
        this.calls = calls;
    }

    @Override
    public final List<Call> calls() {
        return calls;
    }

    @Override
    public final boolean acknowledged(Object reply) {
        return reply instanceof List<?> replies && replies.size() == calls.size() && answered(replies);
    }

    /**
     * @param replies as many as there are commands
     * @return whether they may be replies to these
     */
    abstract boolean answered(List<?> replies);

    /** By {@link System#nanoTime()}. */
    final long begun() {
        return begun;
    }
}
