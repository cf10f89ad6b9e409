package io.quarkiverse.redis.multiplexer.faults;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Waits for elements of a list, and has pushed some before. */
final class WaitingCaller implements Actor {

    private static final int SECONDS = 1;

    private final Ledger ledger;
    private final SplittableRandom random;

    WaitingCaller(Ledger ledger, SplittableRandom random) {
        this.ledger = ledger;
        this.random = random;
    }

    @Override
    public CompletableFuture<?> act(Tally tally) {
        Elements list = ledger.list(random.nextInt(Integer.MAX_VALUE));
        return tally.perform(random.nextInt(3) == 0 ? list.push() : list.awaitAndPop(SECONDS));
    }

    @Override
    public long pause(int mean) {
        return 1 + random.nextInt(2 * mean);
    }
}
