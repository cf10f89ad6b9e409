package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * Publishes round after round on a thread of its own, and lets the audience be one round behind, but not two: so it is as fast
 * as they can hear it, and nobody has a reason to leave anything out.
 */
final class Publisher extends Thread {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final Broadcast broadcast;
    private final Audience audience;
    private final int port;
    private long rounds;
    private volatile boolean ending;

    Publisher(Broadcast broadcast, Audience audience, int port) {
        super("publisher");
        this.broadcast = broadcast;
        this.audience = audience;
        this.port = port;
        setDaemon(true);
    }

    @Override
    public void run() {
        try (RespClient server = new RespClient(port)) {
            do {
                broadcast.publish(server);
                rounds++;
            } while (await(audience::heardByWitnesses, (rounds - 1) * broadcast.messagesEach()) && !ending);
            await(audience::heard, rounds * broadcast.deliveriesPerRound());
        }
    }

    /** @return {@code false} if nothing has been heard for long */
    private static boolean await(LongSupplier heard, long expected) {
        long latest = -1;
        long since = System.nanoTime();
        for (long now; (now = heard.getAsLong()) < expected;) {
            if (now != latest) {
                latest = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > PATIENCE_NANOS) {
                return false;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return true;
    }

    /**
     * Ends it, after the first round at the earliest, when everything that it has published was heard, or nothing is heard any
     * more. @return how many rounds there were
     */
    long end() throws InterruptedException {
        ending = true;
        join();
        return rounds;
    }
}
