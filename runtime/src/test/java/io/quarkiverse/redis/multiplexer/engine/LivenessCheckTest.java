package io.quarkiverse.redis.multiplexer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.engine.LivenessCheck.State;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** The check, driven by hand: its clock, its connection, its replacements and their answers are the test's. */
class LivenessCheckTest implements LivenessCheck.Keeper, LivenessCheck.Watched {

    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(3);
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
    /** Longer than the check takes to come to a verdict when it gets its answers at once. */
    private static final long VERDICT = TimeUnit.SECONDS.toNanos(1);

    /** What is in flight on the connection that has fallen silent. */
    private enum InFlight {
        AWAITED,
        OVERDUE,
        PING
    }

    /** What becomes of the replacement, and of the question that the server is asked on it. */
    private enum Answer {
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

        private final Testimony testimony;

        Answer(Testimony testimony) {
            this.testimony = testimony;
        }
    }

    private enum Outcome {
        TRUSTED,
        SUSPECTED,
        REPLACED
    }

    /** A replacement that was opened. */
    private final class Opened implements LivenessCheck.Replacement {

        private final Promise<Opened> opening = Promise.promise();
        private final Runnable onClosed;
        private Promise<Testimony> question;
        private int questions;
        private boolean closed;

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
    private long now = -5 * TIMEOUT;
    private long lastRead = now;
    private int inFlight;
    private long inFlightSince;
    private boolean awaited;
    private boolean held;
    private String evidence;
    private int pings;
    private RuntimeException cannotOpen;
    private final List<Opened> opened = new ArrayList<>();
    private final LivenessCheck check = new LivenessCheck(TIMEOUT, this, () -> now);

    @ParameterizedTest
    @MethodSource("verdicts")
    void onlyProofOfDeathEndsAConnectionWithACommandInFlightThatSomebodyWaitsFor(Answer answer, InFlight command,
            Outcome outcome) {
        if (answer == Answer.UNKNOWN_AFTER_KNOWN) {
            getBlockedOnce();
        }
        fallSilent(command);
        answerFor(VERDICT, answer);
        assertEquals(outcome, outcome());
        assertEquals(outcome == Outcome.SUSPECTED, held);
    }

    static Stream<Arguments> verdicts() {
        List<Arguments> all = new ArrayList<>();
        for (Answer answer : Answer.values()) {
            for (InFlight command : InFlight.values()) {
                all.add(Arguments.of(answer, command, switch (answer) {
                    case BLOCKED -> Outcome.TRUSTED;
                    case IDLE, UNKNOWN_AFTER_KNOWN -> Outcome.REPLACED;
                    case UNKNOWN, NOTHING -> command == InFlight.AWAITED ? Outcome.SUSPECTED : Outcome.REPLACED;
                    case SILENCE, BUSY, CLOSED_WHILE_ASKED, CLOSED_AFTER_AN_ANSWER, REFUSED, NOT_CONNECTED -> Outcome.SUSPECTED;
                }));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @EnumSource
    void whateverIsReadIsTrustedAgain(Answer answer) {
        fallSilent(InFlight.AWAITED);
        for (long end = now + 4 * TIMEOUT; now < end;) {
            answerFor(TICK, answer);
            if (outcome() == Outcome.SUSPECTED) {
                read();
                assertEquals(State.TRUSTED, check.state());
                assertFalse(held);
                assertTrue(opened.stream().allMatch(one -> one.closed || !one.opening.future().succeeded()));
                fallSilent(InFlight.AWAITED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsOverdueInTheEndIsNotWaitedForAnyLonger(Answer answer) {
        fallSilent(InFlight.AWAITED);
        answerFor(2 * VERDICT, answer);
        if (outcome() != Outcome.SUSPECTED) {
            return;
        }
        awaited = false;
        answerFor(2 * TICK, answer);
        boolean serverAnswers = answer.testimony != null;
        assertEquals(serverAnswers ? Outcome.REPLACED : Outcome.SUSPECTED, outcome());
    }

    /** The replacement has gone silent after its handshake, the server is frozen, the address is wrong: for an hour. */
    @ParameterizedTest
    @EnumSource(names = { "SILENCE", "BUSY", "CLOSED_WHILE_ASKED", "REFUSED", "NOT_CONNECTED" })
    void whatFailsIsTriedAgainButNotInAStorm(Answer answer) {
        fallSilent(InFlight.PING);
        long hour = TimeUnit.HOURS.toNanos(1);
        answerFor(hour, answer);
        assertEquals(Outcome.SUSPECTED, outcome());
        long most = hour / TIMEOUT;
        assertTrue(opened.size() <= most, opened.size() + " connections in an hour");
        assertTrue(answer == Answer.NOT_CONNECTED || opened.size() >= most / 3, opened.size() + " connections in an hour");
        assertEquals(1, pings);
        if (answer != Answer.NOT_CONNECTED) {
            answerFor(3 * TIMEOUT, Answer.NOTHING);
            assertEquals(Outcome.REPLACED, outcome());
        }
    }

    @Test
    void aProofMustBeGivenTwiceInARow() {
        fallSilent(InFlight.AWAITED);
        for (int i = 0; i < 20; i++) {
            answerNext(Testimony.IDLE);
            answerNext(Testimony.NOTHING);
        }
        assertEquals(Outcome.SUSPECTED, outcome());
        answerNext(Testimony.IDLE);
        answerNext(Testimony.IDLE);
        tick();
        assertEquals(Outcome.REPLACED, outcome());
    }

    /** The reply was on its way when the server was asked. */
    @Test
    void whatIsReadAfterTheLastAnswerCounts() {
        fallSilent(InFlight.AWAITED);
        answerNext(Testimony.IDLE);
        answerNext(Testimony.IDLE);
        read();
        tick();
        assertEquals(Outcome.TRUSTED, outcome());
    }

    @Test
    void anAnswerThatComesTooLateIsIgnored() {
        fallSilent(InFlight.AWAITED);
        opened.get(0).opening.complete(opened.get(0));
        Promise<Testimony> late = opened.get(0).question;
        read();
        fallSilent(InFlight.AWAITED);
        Opened second = opened.get(1);
        second.opening.complete(second);
        late.complete(Testimony.BLOCKED);
        assertEquals(Outcome.SUSPECTED, outcome());
        assertTrue(second.isAsked());
    }

    @Test
    void aReplacementThatComesTooLateIsClosed() {
        fallSilent(InFlight.AWAITED);
        Opened late = opened.get(0);
        check.reset();
        late.opening.complete(late);
        assertTrue(late.closed);
        assertEquals(State.TRUSTED, check.state());
    }

    @Test
    void aReplacementThatCannotEvenBeAskedForIsTriedAgain() {
        cannotOpen = new IllegalStateException("no event loop");
        fallSilent(InFlight.AWAITED);
        assertEquals(State.WAITING, check.state());
        cannotOpen = null;
        answerFor(TIMEOUT + VERDICT, Answer.IDLE);
        assertEquals(Outcome.REPLACED, outcome());
    }

    @Test
    void theServersWordForABlockedConnectionHoldsForTheTimeout() {
        fallSilent(InFlight.AWAITED);
        answerFor(TICK, Answer.BLOCKED);
        long vouched = now;
        while (opened.size() == 1) {
            tick();
        }
        assertTrue(now - vouched >= TIMEOUT - TICK, "asked again after " + (now - vouched));
    }

    /** What it knew of one connection says nothing of the next one. */
    @Test
    void aNewConnectionIsNotKnownBeforeTheServerHasSaidSo() {
        getBlockedOnce();
        check.reset();
        fallSilent(InFlight.AWAITED);
        answerFor(VERDICT, Answer.UNKNOWN);
        assertEquals(Outcome.SUSPECTED, outcome());
    }

    @Test
    void anIdleConnectionIsAskedOnceAndSuspectedAfterTheTimeout() {
        while (pings == 0) {
            tick();
        }
        assertEquals(lastRead + TIMEOUT / 2, now, TICK);
        while (check.state() == State.TRUSTED) {
            tick();
        }
        assertEquals(lastRead + TIMEOUT, now, TICK);
        assertEquals(1, pings);
    }

    @Test
    void aConnectionInUseIsNotAsked() {
        for (int i = 0; i < 100; i++) {
            inFlight = 1;
            inFlightSince = now;
            tick();
            read();
            inFlight = 0;
        }
        assertEquals(0, pings);
        assertEquals(0, opened.size());
    }

    @Test
    void whenItIsStoppedNothingIsOpenedAnyMoreButWhatIsReadStillCounts() {
        fallSilent(InFlight.AWAITED);
        opened.get(0).opening.complete(opened.get(0));
        check.stop();
        assertTrue(opened.get(0).closed);
        assertTrue(held);
        read();
        assertFalse(held);
        assertEquals(1, opened.size());
    }

    private void getBlockedOnce() {
        fallSilent(InFlight.AWAITED);
        answerFor(VERDICT, Answer.BLOCKED);
        assertEquals(Outcome.TRUSTED, outcome());
        read();
    }

    private void fallSilent(InFlight command) {
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

    private void tick() {
        now += TICK;
        check.check(this);
    }

    private void read() {
        lastRead = ++now;
        inFlight = 0;
        awaited = false;
        check.onRead();
    }

    /** Lets time pass, with this for an answer to whatever is asked or opened, until the connection is replaced. */
    private void answerFor(long duration, Answer answer) {
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

    private void answerNext(Testimony testimony) {
        Opened latest = opened.get(opened.size() - 1);
        latest.opening.tryComplete(latest);
        while (!latest.isAsked()) {
            tick();
        }
        latest.question.complete(testimony);
    }

    private Outcome outcome() {
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
