package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.engine.connection.LivenessBench.TICK;
import static io.quarkiverse.redis.multiplexer.engine.connection.LivenessBench.TIMEOUT;
import static io.quarkiverse.redis.multiplexer.engine.connection.LivenessBench.VERDICT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

import io.quarkiverse.redis.multiplexer.engine.connection.LivenessBench.Answer;
import io.quarkiverse.redis.multiplexer.engine.connection.LivenessBench.InFlight;
import io.quarkiverse.redis.multiplexer.engine.connection.LivenessBench.Opened;
import io.quarkiverse.redis.multiplexer.engine.connection.LivenessBench.Outcome;
import io.quarkiverse.redis.multiplexer.engine.connection.LivenessCheck.State;
import io.vertx.core.Promise;

/** What the check does about every answer, for everything that can be in flight. */
class LivenessCheckTest {

    private final LivenessBench bench = new LivenessBench();

    @ParameterizedTest
    @MethodSource("verdicts")
    void onlyProofOfDeathEndsAConnectionWithACommandInFlightThatSomebodyWaitsFor(Answer answer, InFlight command,
            Outcome outcome) {
        if (answer == Answer.UNKNOWN_AFTER_KNOWN) {
            bench.getBlockedOnce();
        }
        bench.fallSilent(command);
        bench.answerFor(VERDICT, answer);
        assertEquals(outcome, bench.outcome());
        assertEquals(outcome == Outcome.SUSPECTED, bench.held);
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
        bench.fallSilent(InFlight.AWAITED);
        for (long end = bench.now + 4 * TIMEOUT; bench.now < end;) {
            bench.answerFor(TICK, answer);
            if (bench.outcome() == Outcome.SUSPECTED) {
                bench.read();
                assertEquals(State.TRUSTED, bench.check.state());
                assertFalse(bench.held);
                assertTrue(bench.opened.stream().allMatch(one -> one.closed || !one.opening.future().succeeded()));
                bench.fallSilent(InFlight.AWAITED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsOverdueInTheEndIsNotWaitedForAnyLonger(Answer answer) {
        bench.fallSilent(InFlight.AWAITED);
        bench.answerFor(2 * VERDICT, answer);
        if (bench.outcome() != Outcome.SUSPECTED) {
            return;
        }
        bench.awaited = false;
        bench.answerFor(2 * TICK, answer);
        boolean serverAnswers = answer.testimony != null;
        assertEquals(serverAnswers ? Outcome.REPLACED : Outcome.SUSPECTED, bench.outcome());
    }

    /** The replacement has gone silent after its handshake, the server is frozen, the address is wrong: for an hour. */
    @ParameterizedTest
    @EnumSource(names = { "SILENCE", "BUSY", "CLOSED_WHILE_ASKED", "REFUSED", "NOT_CONNECTED" })
    void whatFailsIsTriedAgainButNotInAStorm(Answer answer) {
        bench.fallSilent(InFlight.PING);
        long hour = TimeUnit.HOURS.toNanos(1);
        bench.answerFor(hour, answer);
        assertEquals(Outcome.SUSPECTED, bench.outcome());
        long most = hour / TIMEOUT;
        assertTrue(bench.opened.size() <= most, bench.opened.size() + " connections in an hour");
        assertTrue(answer == Answer.NOT_CONNECTED || bench.opened.size() >= most / 3,
                bench.opened.size() + " connections in an hour");
        assertEquals(1, bench.pings);
        if (answer != Answer.NOT_CONNECTED) {
            bench.answerFor(3 * TIMEOUT, Answer.NOTHING);
            assertEquals(Outcome.REPLACED, bench.outcome());
        }
    }

    @Test
    void aProofMustBeGivenTwiceInARow() {
        bench.fallSilent(InFlight.AWAITED);
        for (int i = 0; i < 20; i++) {
            bench.answerNext(Testimony.IDLE);
            bench.answerNext(Testimony.NOTHING);
        }
        assertEquals(Outcome.SUSPECTED, bench.outcome());
        bench.answerNext(Testimony.IDLE);
        bench.answerNext(Testimony.IDLE);
        bench.tick();
        assertEquals(Outcome.REPLACED, bench.outcome());
    }

    /** The reply was on its way when the server was asked. */
    @Test
    void whatIsReadAfterTheLastAnswerCounts() {
        bench.fallSilent(InFlight.AWAITED);
        bench.answerNext(Testimony.IDLE);
        bench.answerNext(Testimony.IDLE);
        bench.read();
        bench.tick();
        assertEquals(Outcome.TRUSTED, bench.outcome());
    }

    /** TCP sends a packet again after 200 ms. */
    @Test
    void aReplyIsWaitedForUntilALostPacketOfItHasBeenSentAgain() {
        bench.fallSilent(InFlight.AWAITED);
        bench.answerFor(TimeUnit.MILLISECONDS.toNanos(250), Answer.IDLE);
        assertEquals(Outcome.SUSPECTED, bench.outcome());
        bench.answerFor(VERDICT, Answer.IDLE);
        assertEquals(Outcome.REPLACED, bench.outcome());
    }

    @Test
    void anAnswerThatComesTooLateIsIgnored() {
        bench.fallSilent(InFlight.AWAITED);
        bench.opened.get(0).opening.complete(bench.opened.get(0));
        Promise<Testimony> late = bench.opened.get(0).question;
        bench.read();
        bench.fallSilent(InFlight.AWAITED);
        Opened second = bench.opened.get(1);
        second.opening.complete(second);
        late.complete(Testimony.BLOCKED);
        assertEquals(Outcome.SUSPECTED, bench.outcome());
        assertTrue(second.isAsked());
    }

    @Test
    void aReplacementThatComesTooLateIsClosed() {
        bench.fallSilent(InFlight.AWAITED);
        Opened late = bench.opened.get(0);
        bench.check.reset();
        late.opening.complete(late);
        assertTrue(late.closed);
        assertEquals(State.TRUSTED, bench.check.state());
    }

    @Test
    void aReplacementThatCannotEvenBeAskedForIsTriedAgain() {
        bench.cannotOpen = new IllegalStateException("no event loop");
        bench.fallSilent(InFlight.AWAITED);
        assertEquals(State.WAITING, bench.check.state());
        bench.cannotOpen = null;
        bench.answerFor(TIMEOUT + VERDICT, Answer.IDLE);
        assertEquals(Outcome.REPLACED, bench.outcome());
    }

    @Test
    void theServersWordForABlockedConnectionHoldsForTheTimeout() {
        bench.fallSilent(InFlight.AWAITED);
        bench.answerFor(TICK, Answer.BLOCKED);
        long vouched = bench.now;
        while (bench.opened.size() == 1) {
            bench.tick();
        }
        assertTrue(bench.now - vouched >= TIMEOUT - TICK, "asked again after " + (bench.now - vouched));
    }

    /** What it knew of one connection says nothing of the next one. */
    @Test
    void aNewConnectionIsNotKnownBeforeTheServerHasSaidSo() {
        bench.getBlockedOnce();
        bench.check.reset();
        bench.fallSilent(InFlight.AWAITED);
        bench.answerFor(VERDICT, Answer.UNKNOWN);
        assertEquals(Outcome.SUSPECTED, bench.outcome());
    }

    @Test
    void anIdleConnectionIsAskedOnceAndSuspectedAfterTheTimeout() {
        while (bench.pings == 0) {
            bench.tick();
        }
        assertEquals(bench.lastRead + TIMEOUT / 2, bench.now, TICK);
        while (bench.check.state() == State.TRUSTED) {
            bench.tick();
        }
        assertEquals(bench.lastRead + TIMEOUT, bench.now, TICK);
        assertEquals(1, bench.pings);
    }

    @Test
    void aConnectionInUseIsNotAsked() {
        for (int i = 0; i < 100; i++) {
            bench.inFlight = 1;
            bench.inFlightSince = bench.now;
            bench.tick();
            bench.read();
            bench.inFlight = 0;
        }
        assertEquals(0, bench.pings);
        assertEquals(0, bench.opened.size());
    }

    @Test
    void whenItIsStoppedNothingIsOpenedAnyMoreButWhatIsReadStillCounts() {
        bench.fallSilent(InFlight.AWAITED);
        bench.opened.get(0).opening.complete(bench.opened.get(0));
        bench.check.stop();
        assertTrue(bench.opened.get(0).closed);
        assertTrue(bench.held);
        bench.read();
        assertFalse(bench.held);
        assertEquals(1, bench.opened.size());
    }
}
