package io.quarkiverse.redis.multiplexer.faults;

import java.util.SplittableRandom;

/** Users of a cluster, of every kind: of sixteen, eight have one key at a time. */
record ClusterCast(Ledger ledger, boolean transactions) implements Load.Cast {

    private static final int KINDS = 16;

    @Override
    public Actor actor(int number, SplittableRandom random) {
        return switch (number % KINDS) {
            case 0, 1, 2 -> new ManyKeysCaller(number, ledger, random.nextLong());
            case 3, 4, 5 -> new BatchCaller(number, ledger, random, transactions);
            case 6, 7 -> new HastyCaller(number, ledger, random);
            case 8 -> new WaitingCaller(ledger, random);
            default -> new Caller(number, ledger, random, 0);
        };
    }
}
