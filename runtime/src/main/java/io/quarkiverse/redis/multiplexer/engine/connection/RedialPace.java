package io.quarkiverse.redis.multiplexer.engine.connection;

import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;

/**
 * How soon a lost connection is made again: at first almost at once, then with growing delays, until a connection has proved
 * useful. It has when a command has been answered on it after the handshake, or when it has been there for the longest delay.
 * So a server that lets us in and ends the connection at once is not dialled again and again without a pause.
 * <p>
 * Used on the event loop of the connection. Times are those of {@link System#nanoTime()}.
 */
final class RedialPace {

    private final Backoff backoff;
    private int failuresInARow;
    /** The connection that is on trial; {@code null} if there is none. */
    private NodeConnection trial;
    private long trialStart;
    private long answeredBefore;

    RedialPace(Backoff backoff) {
        this.backoff = backoff;
    }

    /** There was no connection to be had, or it is lost. @return after how many milliseconds to try again */
    long delayAfterFailure() {
        trial = null;
        return backoff.delayMillis(++failuresInARow);
    }

    /** There is a connection, of which it is not known yet whether it is of any use. */
    void connected(NodeConnection connection, long now) {
        trial = connection;
        trialStart = now;
        answeredBefore = connection.answered();
    }

    /** Since when there is the connection that is on trial. */
    long trialStart() {
        return trialStart;
    }

    /** @return whether the connection proves useful only now */
    boolean provesByAnswer() {
        return trial != null && trial.answered() > answeredBefore && proves();
    }

    /** @return whether the connection proves useful only now */
    boolean provesByLasting(long now) {
        return trial != null && now - trialStart >= backoff.maximum().toNanos() && proves();
    }

    /** Its user got something else of it. @return whether the connection proves useful only now */
    boolean provesOtherwise() {
        return trial != null && proves();
    }

    private boolean proves() {
        trial = null;
        failuresInARow = 0;
        return true;
    }
}
