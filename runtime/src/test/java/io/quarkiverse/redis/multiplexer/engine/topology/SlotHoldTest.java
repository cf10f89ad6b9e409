package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.topology.SlotHold.State;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link SlotHold}, by hand: every transition, and what must not happen in each state. */
class SlotHoldTest {

    private static final SocketAddress NODE = SocketAddress.inetSocketAddress(1, "node");

    private static final Map<State, Set<State>> LEGAL = Map.of(
            State.DRAINING, EnumSet.of(State.PAUSING, State.ASKING, State.PROBING, State.PASSING),
            State.PAUSING, EnumSet.of(State.ASKING, State.PROBING, State.PASSING),
            State.ASKING, EnumSet.of(State.PROBING, State.PASSING, State.DRAINING),
            State.PROBING, EnumSet.of(State.PASSING, State.DRAINING),
            State.PASSING, EnumSet.of(State.DRAINING));

    private final Verdict moved = verdict("MOVED 1 other:2");
    private final Verdict ask = verdict("ASK 1 other:2");
    private final Verdict down = verdict("CLUSTERDOWN The cluster is down");
    private final List<PendingCommand> sent = new ArrayList<>();
    private int orders;

    private static Verdict verdict(String error) {
        return Verdict.of(ErrorType.create(error), NODE).orElseThrow();
    }

    private PendingCommand command(String... words) {
        Request request = Request.cmd(Command.create(words[0]));
        Arrays.stream(words).skip(1).forEach(request::arg);
        SingleCommand command = new SingleCommand(request, Promise.promise(), CommandReport.NONE);
        command.order = ++orders;
        command.mustEndBy(System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
        return command;
    }

    private PendingCommand set() {
        return command("SET", "key", "value");
    }

    private SlotHold hold(Verdict verdict, PendingCommand... outstanding) {
        return new SlotHold(1, command -> true, verdict, List.of(outstanding));
    }

    private static void answer(PendingCommand... commands) {
        for (PendingCommand command : commands) {
            command.onReply(SimpleStringType.OK);
        }
    }

    private List<PendingCommand> passed() {
        List<PendingCommand> passed = List.copyOf(sent);
        sent.clear();
        return passed;
    }

    @Test
    void theTableHasTheTransitionsThatAreDescribed() {
        for (State from : State.values()) {
            for (State to : State.values()) {
                assertEquals(LEGAL.get(from).contains(to), from.canBecome(to), from + " to " + to);
            }
        }
    }

    @Test
    void whatComesBackGoesFirstAndNothingIsSentBeforeAllHasBeenAnswered() {
        PendingCommand first = set();
        PendingCommand second = set();
        PendingCommand third = set();
        SlotHold hold = hold(moved, second, third);
        hold.takeBack(first, moved);
        PendingCommand fresh = set();
        hold.add(fresh);
        assertTrue(hold.isHolding());
        assertFalse(hold.isDrained());
        hold.takeBack(second, moved);
        assertFalse(hold.isDrained());
        hold.takeBack(third, moved);
        assertTrue(hold.isDrained());
        assertEquals(List.of(), hold.onDrained());
        assertEquals(0, hold.pauseNanos());

        hold.probe(sent::add);
        assertEquals(List.of(first), passed());
        assertTrue(hold.isHolding());
        assertFalse(hold.isDrained());
        answer(first);
        assertTrue(hold.isDrained());
        hold.pass(sent::add);
        assertEquals(List.of(second, third, fresh), passed());
        assertFalse(hold.isHolding());
        assertTrue(hold.isOver());
        assertThrows(IllegalStateException.class, () -> hold.ask(sent::add));
    }

    @Test
    void whatTheLaneHadNotSentComesBeforeWhatIsNew() {
        CommandQueue unsent = new CommandQueue();
        PendingCommand backlog = set();
        unsent.addLast(backlog);
        SlotHold hold = hold(moved);
        hold.addUnsent(unsent);
        PendingCommand refused = set();
        hold.takeBack(refused, moved);
        PendingCommand fresh = set();
        hold.add(fresh);
        assertTrue(hold.isDrained());
        hold.pass(sent::add);

        assertEquals(List.of(refused, backlog, fresh), passed());
    }

    private PendingCommand get(String key, List<Object> replies) {
        Promise<Response> promise = Promise.promise();
        promise.future().onSuccess(replies::add);
        SingleCommand command = new SingleCommand(Request.cmd(Command.GET).arg(key), promise, CommandReport.NONE);
        command.order = ++orders;
        return command;
    }

    @Test
    void aReadThatWasAnsweredBehindAWriteThatWasRefusedIsAskedAgain() {
        Verdict readonly = Verdict.ofPrimary(ErrorType.create("READONLY You can't write against a read only replica."), NODE)
                .orElseThrow();
        List<Object> replies = new ArrayList<>();
        PendingCommand before = get("key", replies);
        PendingCommand refused = set();
        PendingCommand same = get("key", replies);
        PendingCommand other = get("other", replies);
        PendingCommand last = get("key", replies);
        answer(before);
        SlotHold hold = hold(readonly, same, other, last);
        hold.takeBack(refused, readonly);
        answer(same, other);
        // Of those that are asked again, the caller hears nothing yet.
        assertEquals(2, replies.size());
        assertFalse(same.isSettled() || same.wasSent());
        assertFalse(hold.isDrained());
        answer(last);
        assertTrue(hold.isDrained());
        assertEquals(List.of(), hold.onDrained());
        hold.probe(sent::add);
        assertEquals(List.of(refused), passed());
        answer(refused);
        hold.pass(sent::add);
        assertEquals(List.of(same, last), passed());
        answer(same, last);
        assertEquals(4, replies.size());
        assertTrue(hold.isOver());
    }

    /** Their keys are still here; there, they would not be found. */
    @Test
    void readsBehindAWriteThatIsAskedElsewhereStayWhereTheyAre() {
        List<Object> replies = new ArrayList<>();
        PendingCommand refused = set();
        PendingCommand read = get("key", replies);
        SlotHold hold = hold(ask, read);
        hold.takeBack(refused, ask);
        answer(read);
        assertEquals(1, replies.size());
        assertTrue(hold.isDrained());
    }

    @Test
    void aWriteThatALaterOneOnItsKeyHasOvertakenIsNotSentAgain() {
        PendingCommand refused = set();
        PendingCommand other = command("SET", "other", "value");
        PendingCommand executed = set();
        SlotHold hold = hold(moved, other, executed);
        hold.takeBack(refused, moved);
        hold.takeBack(other, moved);
        answer(executed);

        assertTrue(hold.isDrained());
        assertEquals(List.of(refused), hold.onDrained());
        hold.pass(sent::add);
        assertEquals(List.of(other), passed());
    }

    @Test
    void whatIsAskedForIsAnsweredBeforeAnythingElseIsSent() {
        PendingCommand refused = set();
        SlotHold hold = hold(ask);
        hold.takeBack(refused, ask);
        PendingCommand fresh = set();
        hold.add(fresh);
        hold.onDrained();
        hold.ask(sent::add);
        assertEquals(List.of(refused), passed());
        assertFalse(hold.isDrained());
        assertTrue(hold.isHolding());

        answer(refused);
        assertTrue(hold.isDrained());
        hold.probe(sent::add);
        assertEquals(List.of(fresh), passed());
    }

    @Test
    void whatComesBackFromWhoWasAskedIsWaitedForWithTheRest() {
        PendingCommand first = set();
        PendingCommand second = set();
        SlotHold hold = hold(ask);
        hold.takeBack(first, ask);
        hold.takeBack(second, ask);
        hold.ask(sent::add);
        hold.takeBack(first, moved);
        assertEquals(State.DRAINING, hold.state());
        assertFalse(hold.isDrained());
        hold.takeBack(second, moved);
        assertTrue(hold.isDrained());
        sent.clear();
        hold.pass(sent::add);
        assertEquals(List.of(first, second), passed());
    }

    @Test
    void pausesGrowWhileNothingIsExecutedAndAreBounded() {
        PendingCommand refused = set();
        SlotHold hold = hold(down);
        hold.takeBack(refused, down);
        long before = 0;
        for (int round = 0; round < 20; round++) {
            assertTrue(hold.isDrained());
            long pause = hold.pauseNanos();
            assertTrue(pause >= before && pause > 0 && pause <= TimeUnit.MILLISECONDS.toNanos(250), "" + pause);
            before = pause;
            hold.pause(round);
            assertEquals(round, hold.pauseEnd());
            assertThrows(IllegalStateException.class, () -> hold.pause(1));
            hold.probe(sent::add);
            hold.takeBack(refused, down);
        }
    }

    @Test
    void nodesThatSendEachOtherTheSlotInCirclesAreNotFollowedAtOnceForEver() {
        PendingCommand refused = set();
        SlotHold hold = hold(moved);
        hold.takeBack(refused, moved);
        int atOnce = 0;
        while (hold.pauseNanos() == 0) {
            atOnce++;
            hold.probe(sent::add);
            hold.takeBack(refused, moved);
        }
        assertEquals(3, atOnce);
    }

    @Test
    void whatItWasToldBeforeDoesNotHoldWhatIsPassingUntilItComesBack() {
        PendingCommand refused = command("MGET", "a", "b");
        Verdict tryAgain = verdict("TRYAGAIN Multiple keys request during rehashing of slot");
        assertTrue(tryAgain.isAboutOne() && tryAgain.needsTime());
        SlotHold hold = hold(tryAgain);
        hold.takeBack(refused, tryAgain);
        hold.pass(sent::add);
        assertFalse(hold.isHolding() || hold.isOver());
        PendingCommand later = set();
        hold.drainAgain(tryAgain, List.of(later));
        hold.takeBack(refused, tryAgain);
        assertTrue(hold.isHolding());
        assertFalse(hold.isDrained());
        answer(later);
        assertTrue(hold.isDrained());
        assertThrows(IllegalStateException.class, () -> hold.drainAgain(moved, List.of()));
    }

    @Test
    void aNodeThatHasLostTheSlotIsNotWaitedForWithWhatItHasNotBeenSent() {
        PendingCommand refused = set();
        SlotHold hold = hold(moved);
        hold.takeBack(refused, moved);
        hold.probe(sent::add);
        hold.leave(Verdict.ofMap());
        assertEquals(State.DRAINING, hold.state());
        assertFalse(hold.isDrained());
        hold.takeBack(refused);
        assertTrue(hold.isDrained());
        assertFalse(hold.isEmpty());
    }

    @Test
    void whatIsSettledIsNotSentAgainAndNotWaitedFor() {
        PendingCommand late = set();
        PendingCommand lost = set();
        SlotHold hold = hold(moved, lost);
        late.fail(new IllegalStateException("too late"));
        hold.takeBack(late, moved);
        lost.fail(new IllegalStateException("lost"));

        assertTrue(hold.isDrained());
        assertTrue(hold.isEmpty());
    }

    @Test
    void overdueOnesAreTakenOutWhereverTheyWait() {
        PendingCommand refused = set();
        PendingCommand fresh = set();
        SlotHold hold = hold(down);
        hold.takeBack(refused, down);
        hold.add(fresh);
        assertEquals(2, hold.size());
        hold.takeOverdue(System.nanoTime() + TimeUnit.MINUTES.toNanos(2), sent::add);

        assertEquals(List.of(refused, fresh), passed());
        assertEquals(0, hold.size());
    }
}
