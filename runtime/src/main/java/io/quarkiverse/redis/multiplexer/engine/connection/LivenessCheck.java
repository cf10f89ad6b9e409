package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;

/**
 * Finds out whether a connection that has fallen silent is dead, by opening the connection that would replace it and asking
 * the server there. These are all states and transitions; in all states but TRUSTED, the connection is suspected:
 *
 * <pre>
 * from      to        when
 * TRUSTED   OPENING   it has been silent for the timeout while something was expected of it
 * OPENING   ASKING    the replacement is there: the server has answered its handshake
 * OPENING   WAITING   there is no replacement to be had now
 * ASKING    WAITING   the server has answered; or it has not, and the replacement is closed
 * WAITING   ASKING    it is time for the next question
 * WAITING   OPENING   it is time, and there is no replacement
 * WAITING   TRUSTED   the replacement has taken over
 * any       TRUSTED   something was read; the server vouches for the connection; or it has ended
 * </pre>
 *
 * A suspected connection takes no new commands: these wait, unsent, within their deadlines. It is replaced when the server
 * has answered on the replacement twice, some time apart, and
 * <ul>
 * <li>has said twice what proves that the connection is dead: that it is {@linkplain Testimony#IDLE idle}, or that the server
 * does not know it, though it once did; or
 * <li>nobody waits for what is in flight any more: all of that is overdue, or is only a question of ours.
 * </ul>
 * Everything else is no proof, and what is in flight is left alone until its deadline: a server that does not tell, because it
 * is old, or we are not allowed to ask, or a proxy answers in its place; and one that does not answer at all. So a server that
 * is busy with a slow script, or frozen, costs no connection, and no more than one attempt to connect at a time.
 * <p>
 * Used on the event loop of the connection.
 */
final class LivenessCheck {

    enum State {
        TRUSTED,
        OPENING,
        ASKING,
        WAITING
    }

    /** The connection that is checked. */
    interface Watched {

        /** When something was last read, on the clock of {@link System#nanoTime()}. */
        long lastRead();

        int inFlight();

        /** Since when something has been in flight without a break. */
        long inFlightSince();

        /** Whether a command is in flight that somebody waits for, and that is not overdue. */
        boolean isAwaited(long now);
    }

    /** A connection that can take the place of the silent one. */
    interface Replacement {

        /** Asks the server about the silent connection; fails if the server does not answer, or is in trouble. */
        Future<Testimony> ask();

        /** @param evidence why the silent connection is given up, to be read after what is known of the silence */
        void takeOver(String evidence);

        void close();
    }

    /** Whose connection it is. */
    interface Keeper {

        /** Asks the connection for something, whatever it is. */
        void ping();

        /** New commands have to wait from now on. */
        void onSuspected();

        /** New commands need not wait any more. */
        void onTrusted();

        /** @param onClosed to be called if the replacement is closed before it takes over */
        Future<? extends Replacement> openReplacement(Runnable onClosed);
    }

    /**
     * The answers to both connections may be on their way at once: the silent one's must not be overlooked, not even if a
     * packet of it was lost. That is sent again after about 200 ms (Linux, {@code TCP_RTO_MIN}).
     */
    private static final long CONFIRMATION_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    /** How long to wait before asking again when nothing was proved. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** So many answers in a row must say the same. */
    private static final int ANSWERS = 2;

    private final long timeoutNanos;
    private final Keeper keeper;
    private final LongSupplier clock;
    private State state = State.TRUSTED;
    /** {@code null} if there is none. */
    private Replacement replacement;
    /** Tells the current replacement, and the current question, from earlier ones. */
    private int round;
    private long pinged;
    private boolean wasPinged;
    /** When the connection was last suspected; it is not suspected again before the timeout. */
    private long suspected;
    private boolean wasSuspected;
    /** When the server was last asked. */
    private long asked;
    /** When it is to be asked next. */
    private long nextQuestion;
    /** How many answers there were on this replacement. */
    private int answers;
    /** The latest answer, and how often in a row it was given. */
    private Testimony testimony = Testimony.NOTHING;
    private int repetitions;
    /** Whether the server has ever known the connection, when asked on another one. */
    private boolean wasKnown;

    /** @param clock {@link System#nanoTime()} */
    LivenessCheck(long timeoutNanos, Keeper keeper, LongSupplier clock) {
        this.timeoutNanos = timeoutNanos;
        this.keeper = keeper;
        this.clock = clock;
    }

    State state() {
        return state;
    }

    /** Looks at the connection. Called now and then, several times within the timeout. */
    void check(Watched connection) {
        long now = clock.getAsLong();
        switch (state) {
            case TRUSTED -> {
                if (isSilent(connection, now)) {
                    suspect(now);
                } else if (isIdle(connection, now)) {
                    pinged = now;
                    wasPinged = true;
                    keeper.ping();
                }
            }
            case OPENING -> {
                // Whoever opens it has a timeout for that.
            }
            case ASKING -> {
                if (now - asked >= timeoutNanos) {
                    giveUpReplacement();
                }
            }
            case WAITING -> {
                if (isDead() || answers >= ANSWERS && !connection.isAwaited(now)) {
                    takeOver();
                } else if (now - nextQuestion >= 0) {
                    askOrOpen(now);
                }
            }
        }
    }

    /** Something was read on the connection. */
    void onRead() {
        if (state != State.TRUSTED) {
            trust();
        }
    }

    /** There will be no other connection: what was suspected stays so, until something is read. */
    void stop() {
        if (state != State.TRUSTED) {
            dropReplacement();
            state = State.WAITING;
        }
    }

    /** There is no connection to look at any more. */
    void reset() {
        dropReplacement();
        state = State.TRUSTED;
        wasPinged = false;
        wasSuspected = false;
        wasKnown = false;
    }

    /** Whether something has been expected of the connection for the timeout, and nothing has come. */
    private boolean isSilent(Watched connection, long now) {
        if (now - connection.lastRead() < timeoutNanos || wasSuspected && now - suspected < timeoutNanos) {
            return false;
        }
        boolean awaitsReply = connection.inFlight() > 0 && now - connection.inFlightSince() >= timeoutNanos;
        return awaitsReply || isPingUnanswered(connection);
    }

    private boolean isIdle(Watched connection, long now) {
        return connection.inFlight() == 0 && !isPingUnanswered(connection)
                && now - connection.lastRead() >= timeoutNanos / 2;
    }

    private boolean isPingUnanswered(Watched connection) {
        return wasPinged && pinged - connection.lastRead() > 0;
    }

    private void suspect(long now) {
        suspected = now;
        wasSuspected = true;
        open();
        keeper.onSuspected();
    }

    private void trust() {
        dropReplacement();
        state = State.TRUSTED;
        keeper.onTrusted();
    }

    private void askOrOpen(long now) {
        if (replacement == null) {
            open();
        } else {
            ask(now);
        }
    }

    private void open() {
        state = State.OPENING;
        int thisRound = ++round;
        Future.succeededFuture().compose(start -> keeper.openReplacement(() -> onReplacementClosed(thisRound)))
                .onComplete(result -> onOpened(thisRound, result));
    }

    private void onOpened(int ofRound, AsyncResult<? extends Replacement> result) {
        if (ofRound != round) {
            if (result.succeeded()) {
                result.result().close();
            }
        } else if (result.succeeded()) {
            replacement = result.result();
            ask(clock.getAsLong());
        } else {
            giveUpReplacement();
        }
    }

    private void ask(long now) {
        state = State.ASKING;
        asked = now;
        int thisRound = round;
        replacement.ask().onComplete(result -> {
            if (thisRound == round && state == State.ASKING) {
                if (result.succeeded()) {
                    onAnswer(result.result());
                } else {
                    giveUpReplacement();
                }
            }
        });
    }

    private void onAnswer(Testimony said) {
        answers++;
        repetitions = said == testimony ? repetitions + 1 : 1;
        testimony = said;
        if (said == Testimony.BLOCKED) {
            wasKnown = true;
            suspected = clock.getAsLong();
            trust();
            return;
        }
        wasKnown |= said == Testimony.IDLE;
        state = State.WAITING;
        boolean first = repetitions < ANSWERS;
        nextQuestion = clock.getAsLong() + Math.min(first ? CONFIRMATION_NANOS : LONGEST_PAUSE_NANOS, timeoutNanos);
    }

    private boolean isDead() {
        boolean proof = testimony == Testimony.IDLE || testimony == Testimony.UNKNOWN && wasKnown;
        return proof && repetitions >= ANSWERS;
    }

    private void takeOver() {
        Replacement successor = replacement;
        String evidence = !isDead() ? "and nobody waits for what it was sent any more"
                : testimony == Testimony.IDLE ? "and said that it has nothing to do for this one"
                        : "and does not know this one any more";
        replacement = null;
        reset();
        successor.takeOver(evidence);
    }

    private void onReplacementClosed(int ofRound) {
        if (ofRound == round && replacement != null) {
            replacement = null;
            giveUpReplacement();
        }
    }

    /** There is no replacement to be had for the time being. */
    private void giveUpReplacement() {
        dropReplacement();
        state = State.WAITING;
        nextQuestion = clock.getAsLong() + timeoutNanos;
    }

    private void dropReplacement() {
        round++;
        answers = 0;
        repetitions = 0;
        testimony = Testimony.NOTHING;
        if (replacement != null) {
            Replacement unneeded = replacement;
            replacement = null;
            unneeded.close();
        }
    }
}
