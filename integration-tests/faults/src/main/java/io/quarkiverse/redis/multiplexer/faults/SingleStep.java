package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;

/** One command, sent as soon as it has been made. */
abstract class SingleStep implements Step {

    private final Call call;
    private final long begun = System.nanoTime();

    SingleStep(Call call) {
        this.call = call;
    }

    @Override
    public final List<Call> calls() {
        return List.of(call);
    }

    /** By {@link System#nanoTime()}. */
    final long begun() {
        return begun;
    }
}
