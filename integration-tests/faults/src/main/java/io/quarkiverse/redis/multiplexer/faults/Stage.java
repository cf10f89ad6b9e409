package io.quarkiverse.redis.multiplexer.faults;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/** Several real servers, one of which may take another's place, and a client of theirs. */
interface Stage extends AutoCloseable {

    long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    Contestant contestant();

    /** One that knows how many acknowledged writes these servers may lose. */
    Ledger ledger(Strikes strikes);

    /** Strikes for as long as is planned. Returns when the servers are whole again. */
    void strike(Strikes strikes, SplittableRandom random, Figures figures) throws Exception;

    /**
     * Closes the client.
     *
     * @return how many of its sockets are open a while later
     */
    int closeContestant();

    /** All that the servers have, asked past the client and the proxies. To be used when they are whole. */
    void settle(Ledger ledger);

    @Override
    void close();

    /** Waits for the last of some to be closed, for a while, and tells how many are left. */
    static int left(IntSupplier open) {
        long start = System.nanoTime();
        while (open.getAsInt() > 0 && System.nanoTime() - start < CLOSE_TIMEOUT_NANOS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return open.getAsInt();
    }
}
