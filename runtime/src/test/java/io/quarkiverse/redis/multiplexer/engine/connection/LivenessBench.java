package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.engine.connection.LivenessCheck.State;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Drives a liveness check by hand: the clock, the connection, its replacements and the answers given there are in here. */
final class LivenessBench implements LivenessCheck.Keeper, LivenessCheck.Watched {

    static final long TIMEOUT = TimeUnit.SECONDS.toNanos(3);
    static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
    /** Longer than the check takes to come to a verdict when it gets its answers at once. */
    static final long VERDICT = TimeUnit.SECONDS.toNanos(1);

    /** What is in flight on the connection that has fallen silent. */
    enum InFlight {
        AWAITED,
        OVERDUE,
        PING
    }

    /** What becomes of the replacement, and of the question that the server is asked on it. */
    enum Answer {
        BLOCKED(Testimony.BLOCKED),
        IDLE(Testimony.IDLE),
        UNKNOWN(Testimony.UNKNOWN),
        UNKNOWN_AFTER_KNOWN(Testimony.UNKNOWN),
        NOTHING(Testimony.NOTHING),
        SILENCE(null),
        BUSY(null),
        CLOSED_WHILE_ASKED(null),
        CLOSED_AFTER_AN_ANSWER(null),
        REFUSED(null),
        NOT_CONNECTED(null);

        final Testimony testimony;

        Answer(Testimony testimony) {
            this.testimony = testimony;
        }
    }

    enum Outcome {
        TRUSTED,
        SUSPECTED,
        REPLACED
    }

    /** A replacement that was opened. */
    final class Opened implements LivenessCheck.Replacement {

        final Promise<Opened> opening = Promise.promise();
        private final Runnable onClosed;
        Promise<Testimony> question;
        private int questions;
        boolean closed;

        Opened(Runnable onClosed) {
            this.onClosed = onClosed;
        }

        @Override
        public Future<Testimony> ask() {
            assertFalse(closed, "a closed replacement was asked");
            assertTrue(question == null || question.future().isComplete(), "two questions at once");
            questions++;
            question = Promise.promise();
            return question.future();
        }

        @Override
        public void takeOver(String newEvidence) {
            assertFalse(closed, "a closed replacement takes over");
            assertNull(evidence, "two take over");
            evidence = newEvidence;
            // What keepers do: the new connection is watched from now on.
            lastRead = now;
            inFlight = 0;
            awaited = false;
            held = false;
        }

        @Override
        public void close() {
            assertFalse(closed, "closed twice");
            closed = true;
        }

        boolean isAsked() {
            return question != null && !question.future().isComplete();
        }
    }

    /** Not 0, which must mean nothing special. */
    long now = -5 * TIMEOUT;
    long lastRead = now;
    int inFlight;
    long inFlightSince;
    boolean awaited;
    boolean held;
    private String evidence;
    int pings;
    RuntimeException cannotOpen;
    final List<Opened> opened = new ArrayList<>();
    final LivenessCheck check = new LivenessCheck(TIMEOUT, this, () -> now);

    void getBlockedOnce() {
        fallSilent(InFlight.AWAITED);
        answerFor(VERDICT, Answer.BLOCKED);
        assertEquals(Outcome.TRUSTED, outcome());
        read();
    }

    void fallSilent(InFlight command) {
        if (command != InFlight.PING) {
            inFlight = 1;
            inFlightSince = now;
            awaited = command == InFlight.AWAITED;
        }
        while (check.state() == State.TRUSTED) {
            tick();
        }
        assertTrue(held);
    }

    void tick() {
        now += TICK;
        check.check(this);
    }

    void read() {
        lastRead = ++now;
        inFlight = 0;
        awaited = false;
        check.onRead();
    }

    /** Lets time pass, with this for an answer to whatever is asked or opened, until the connection is replaced. */
    void answerFor(long duration, Answer answer) {
        for (long end = now + duration; now < end && evidence == null;) {
            tick();
            if (!opened.isEmpty()) {
                // There is one at a time.
                answer(opened.get(opened.size() - 1), answer);
            }
        }
    }

    private static void answer(Opened one, Answer answer) {
        if (answer == Answer.REFUSED) {
            one.opening.tryFail("refused");
        } else if (answer != Answer.NOT_CONNECTED) {
            one.opening.tryComplete(one);
        }
        if (!one.isAsked()) {
            return;
        }
        switch (answer) {
            case SILENCE, REFUSED, NOT_CONNECTED -> {
                // Nothing comes.
            }
            case BUSY -> one.question.fail("BUSY");
            case CLOSED_WHILE_ASKED -> {
                one.closed = true;
                one.onClosed.run();
                one.question.fail("closed");
            }
            case CLOSED_AFTER_AN_ANSWER -> {
                one.question.complete(Testimony.NOTHING);
                one.closed = true;
                one.onClosed.run();
            }
            default -> one.question.complete(answer.testimony);
        }
    }

    void answerNext(Testimony testimony) {
        Opened latest = opened.get(opened.size() - 1);
        latest.opening.tryComplete(latest);
        while (!latest.isAsked()) {
            tick();
        }
        latest.question.complete(testimony);
    }

    Outcome outcome() {
        if (evidence != null) {
            return Outcome.REPLACED;
        }
        return check.state() == State.TRUSTED ? Outcome.TRUSTED : Outcome.SUSPECTED;
    }

    @Override
    public void ping() {
        pings++;
        inFlight++;
        inFlightSince = now;
    }

    @Override
    public void onSuspected() {
        assertFalse(held);
        held = true;
    }

    @Override
    public void onTrusted() {
        assertTrue(held);
        held = false;
    }

    @Override
    public Future<Opened> openReplacement(Runnable onClosed) {
        assertTrue(opened.stream().allMatch(one -> one.closed || one.opening.future().isComplete()), "two attempts at once");
        if (cannotOpen != null) {
            throw cannotOpen;
        }
        Opened one = new Opened(onClosed);
        opened.add(one);
        assertNotNull(onClosed);
        return one.opening.future();
    }

    @Override
    public long lastRead() {
        return lastRead;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public long inFlightSince() {
        return inFlightSince;
    }

    @Override
    public boolean isAwaited(long moment) {
        return awaited;
    }
}
