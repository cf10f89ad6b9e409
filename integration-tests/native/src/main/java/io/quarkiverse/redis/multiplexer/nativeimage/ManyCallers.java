package io.quarkiverse.redis.multiplexer.nativeimage;

/** Thousands of callers at the same time are all answered. */
final class ManyCallers implements Check {

    private static final int CALLERS = 5_000;

    @Override
    public String name() {
        return "load";
    }

    @Override
    public String run(Ground ground) throws Exception {
        int calls = Math.max(CALLERS, ground.scale().calls());
        new CommandLoad(calls, CALLERS).perSecond(ground.application());
        return calls + " commands of " + CALLERS + " callers answered";
    }
}
