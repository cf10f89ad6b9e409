package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.function.LongSupplier;

import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;

/**
 * How soon a lost connection is made again: at first almost at once, then with growing delays, until a connection has proved
 * useful. It has when its user got something of it after the handshake, or when it has been there for the longest delay.
 * So a server that lets us in and ends the connection at once is not dialled again and again without a pause.
 * <p>
 * Used on the event loop of the connection. Times are those of {@link System#nanoTime()}.
 */
final class RedialPace {

    private enum Trial {
        /** There is no connection. */
        NONE,
        /** There is a connection, of which it is not known yet whether it is of any use. */
        RUNNING,
        /** The connection has proved useful. */
        PASSED
    }

    private final Backoff backoff;
    private int failuresInARow;
    private Trial trial = Trial.NONE;
    private LongSupplier proofs = () -> 0;
    private long trialStart;
    private long proofsBefore;

    RedialPace(Backoff backoff) {
        this.backoff = backoff;
    }

    /** There was no connection to be had, or it is lost. @return after how many milliseconds to try again */
    long delayAfterFailure() {
        trial = Trial.NONE;
        return backoff.delayMillis(++failuresInARow);
    }

    /** The connection has ended because we wanted it to. */
    void ended() {
        trial = Trial.NONE;
    }

    /**
     * There is a connection, of which it is not known yet whether it is of any use.
     *
     * @param newProofs how many things its user has got of it so far
     */
    void connected(LongSupplier newProofs, long now) {
        trial = Trial.RUNNING;
        trialStart = now;
        proofs = newProofs;
        proofsBefore = newProofs.getAsLong();
    }

    /** Since when there is the connection that is on trial. */
    long trialStart() {
        return trialStart;
    }

    /** @return whether the connection proves useful only now */
    boolean provesByUse() {
        return trial == Trial.RUNNING && proofs.getAsLong() > proofsBefore && pass();
    }

    /** @return whether the connection proves useful only now */
    boolean provesByLasting(long now) {
        return trial == Trial.RUNNING && now - trialStart >= backoff.maximum().toNanos() && pass();
    }

    /** The server has ended it, for no reason but that nobody used it. @return whether it proves useful only now */
    boolean provesByIdleness() {
        return trial == Trial.RUNNING && pass();
    }

    private boolean pass() {
        trial = Trial.PASSED;
        failuresInARow = 0;
        return true;
    }
}
