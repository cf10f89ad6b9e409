package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;

/**
 * {@link ClusterLoop}, with {@link Routes}, {@link NodeLane}, {@link SlotHolds}, {@link Unrouted}, {@link LoopNodes} and
 * {@link FailingSoon}, on one event loop, to servers that are the test.
 */
class ClusterLoopTest extends ClusterLoopByHand {

    /** What it consists of has no state that is not told by what it sends. */
    static final List<Class<?>> PARTS = List.of(Routes.class, NodeLane.class, SlotHolds.class, Unrouted.class, LoopNodes.class,
            FailingSoon.class);

    @Test
    void beforeAnythingIsKnownCommandsWaitInOrder() throws Exception {
        map = SlotMap.EMPTY;
        start();
        send("SET k 1", "SET k 2");
        assertTrue(connectors.get(A).attempts.isEmpty());
        map = SOME;
        await(cluster.follow());

        assertEquals(List.of("SET k 1", "SET k 2"), taken(connect(A, 1)));
    }

    @Test
    void whatThereIsNoMemoryForDoesNotKeepBackWhatWaitsBehindIt() throws Exception {
        map = SlotMap.EMPTY;
        start();
        FakeCommand large = new FakeCommand(1);
        large.slot = () -> {
            throw new Error("no memory for its parts");
        };
        large.unnamed = Optional.of(new Error("no memory for its name"));
        submit(large);
        Sent behind = send("SET k 1").get(0);
        map = SOME;
        await(cluster.follow());
        settle();

        assertEquals(1, large.taken.get());
        HandSocket a = connect(A, 1);
        assertEquals(List.of("SET k 1"), taken(a));
        say(a, "+OK;");
        assertEquals("OK", behind.reply());
    }

    @Test
    void whoDoesNotWantToWaitIsToldWhyNothingIsKnown() throws Exception {
        options.setUnavailable(UnavailablePolicy.FAIL_FAST);
        map = SlotMap.EMPTY;
        start();
        Sent early = send("GET k").get(0);
        assertFalse(early.answer().isComplete());
        cluster.unknown(new ConnectException("nobody there"));
        assertEquals("nobody there", early.reply());
        assertEquals("nobody there", send("GET k").get(0).reply());
    }

    @Test
    void whoWaitsForTooLongIsToldWhyNothingIsKnown() throws Exception {
        options.setCommandTimeout(Duration.ofMillis(300));
        map = SlotMap.EMPTY;
        start();
        Sent early = send("GET k").get(0);
        cluster.unknown(new ConnectException("nobody there"));
        assertTrue(early.reply().contains("nobody there"), early::reply);
        assertFalse(assertInstanceOf(CommandFailure.class, early.answer().cause()).sent());
    }

    @Test
    void afterARedirectTheCommandsOfTheSlotGoOnInOrderAndOthersDoNotWait() throws Exception {
        start();
        List<Sent> first = send("SET k 1", "GET other", "SET k 2");
        HandSocket a = connect(A, 1);
        assertEquals(3, taken(a).size());
        say(a, movedTo(B) + "$-1;");
        List<Sent> held = send("SET k 3", "GET other");
        assertEquals(List.of("GET other"), taken(a));
        assertTrue(connectors.get(B).attempts.isEmpty());

        say(a, movedTo(B));
        HandSocket b = connect(B, 1);
        assertEquals(List.of("SET k 1"), taken(b));
        say(b, "+one;");
        assertEquals(List.of("SET k 2", "SET k 3"), taken(b));
        say(b, "+two;+three;");
        assertEquals("one", first.get(0).reply());
        assertEquals("two", first.get(2).reply());
        assertEquals("three", held.get(0).reply());
        send("SET k 4");
        assertEquals(List.of("SET k 4"), taken(b));
    }

    @Test
    void whatIsAskedForElsewhereIsAnsweredBeforeTheRestGoesToWhoHasTheSlot() throws Exception {
        start();
        Sent asked = send("SET k 1").get(0);
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, movedTo(B).replace("MOVED", "ASK"));
        Sent held = send("SET k 2").get(0);
        HandSocket b = connect(B, 1);
        assertEquals(List.of("ASKING", "SET k 1"), taken(b));
        assertEquals(List.of(), taken(a));

        say(b, "+OK;+asked;");
        assertEquals("asked", asked.reply());
        assertEquals(List.of("SET k 2"), taken(a));
        say(a, "+held;");
        assertEquals("held", held.reply());
    }

    @Test
    void aCommandThatALaterOneHasOvertakenFailsAsNotExecuted() throws Exception {
        start();
        List<Sent> sent = send("SET k 1", "SET k 2");
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, movedTo(B) + "+second;");

        assertEquals("second", sent.get(1).reply());
        assertTrue(sent.get(0).reply().startsWith("MOVED ") && sent.get(0).reply().contains("not executed"));
        assertTrue(connectors.get(B).attempts.isEmpty());
    }

    @Test
    void whatCannotBeServedIsTriedAgainAndTellsThatTheClusterHasChanged() throws Exception {
        start();
        Sent sent = send("SET k 1").get(0);
        HandSocket a = connect(A, 1);
        taken(a);
        for (String error : List.of("-CLUSTERDOWN The cluster is down;", "-READONLY no;", "-TRYAGAIN not yet;")) {
            say(a, error);
            awaitUntil(() -> taken(a).equals(List.of("SET k 1")));
        }
        say(a, "+at last;");
        assertEquals("at last", sent.reply());
        assertEquals(List.of(Suspicion.CLUSTERDOWN, Suspicion.READONLY), suspicions);
    }

    @Test
    void whatAScriptAnswersIsItsCallersAndHoldsNobodyUp() throws Exception {
        start();
        send("PING");
        HandSocket a = connect(A, 1);
        say(a, "+PONG;");
        taken(a);
        for (String error : List.of("TRYAGAIN in a minute", "CLUSTERDOWN no quorum", "READONLY account", "MOVED to the archive",
                "ASK the owner", "BUSY lock is taken")) {
            Sent script = send("EVAL s 1 k").get(0);
            assertEquals(List.of("EVAL s 1 k"), taken(a));
            say(a, "-" + error + ";");
            assertEquals(error, script.reply());
            Sent next = send("GET k").get(0);
            assertEquals(List.of("GET k"), taken(a), error);
            say(a, "+value;");
            assertEquals("value", next.reply());
        }
        assertEquals(List.of(), suspicions);
    }

    /** Servers tell callers what they have sent. */
    @Test
    void whatACallerHasWrittenIsNotTakenForWhatAServerSays() throws Exception {
        start();
        send("PING");
        HandSocket a = connect(A, 1);
        say(a, "+PONG;");
        taken(a);
        for (String error : List.of("NOGROUP No such key 'a -READONLY read only replica' or consumer group 'b'",
                "ERR unknown command 'X', with args beginning with: 'a -READONLY read only replica' ")) {
            Sent refused = send("SET k 1").get(0);
            taken(a);
            say(a, "-" + error + ";");
            assertEquals(error, refused.reply());
            send("SET k 2");
            assertEquals(List.of("SET k 2"), taken(a), error);
            say(a, "+OK;");
        }
        assertEquals(List.of(), suspicions);
    }

    @Test
    void aScriptThatAServerHasNotExecutedIsSentAgain() throws Exception {
        start();
        Sent script = send("EVAL s 2 k {k}2").get(0);
        HandSocket a = connect(A, 1);
        assertEquals(1, taken(a).size());
        say(a, "-TRYAGAIN Multiple keys request during rehashing of slot;");
        awaitUntil(() -> taken(a).equals(List.of("EVAL s 2 k {k}2")));
        say(a, movedTo(B));
        HandSocket b = connect(B, 1);
        assertEquals(List.of("EVAL s 2 k {k}2"), taken(b));
        say(b, "+done;");
        assertEquals("done", script.reply());
    }

    @Test
    void whoDoesNotWantToWaitGetsTheErrorOfAnOutage() throws Exception {
        options.setUnavailable(UnavailablePolicy.FAIL_FAST);
        start();
        Sent sent = send("SET k 1").get(0);
        HandSocket a = connect(A, 1);
        say(a, "-CLUSTERDOWN The cluster is down;");
        assertEquals("CLUSTERDOWN The cluster is down", sent.reply());
    }

    @Test
    void whatWaitsForANodeThatHasLostItsSlotsGoesToItsSuccessorInOrder() throws Exception {
        start();
        List<Sent> sent = send("SET k 1", "SET k 2", "PING");
        owner = B;
        await(cluster.follow());
        HandSocket b = connect(B, 1);
        List<String> first = taken(b);
        assertTrue(first.containsAll(List.of("PING", "SET k 1")) && first.size() == 2, first::toString);
        say(b, "+1;+1;");
        assertEquals(List.of("SET k 2"), taken(b));
        say(b, "+2;");
        assertEquals("2", sent.get(1).reply());
    }

    @Test
    void whatIsInFlightToANodeThatHasLostItsSlotsIsWaitedForAndNotForLong() throws Exception {
        start();
        List<Sent> sent = send("SET k 1");
        HandSocket a = connect(A, 1);
        taken(a);
        owner = B;
        await(cluster.follow());
        Sent next = send("SET k 2").get(0);
        assertTrue(connectors.get(B).attempts.isEmpty());

        awaitUntil(() -> {
            onLoop(() -> {
                a.runPendingTasks();
                return null;
            });
            return !connectors.get(B).attempts.isEmpty();
        });
        assertTrue(assertInstanceOf(CommandFailure.class, sent.get(0).answer().cause()).sent());
        HandSocket b = connect(B, 1);
        assertEquals(List.of("SET k 2"), taken(b));
        say(b, "+OK;");
        assertEquals("OK", next.reply());
    }

    @Test
    void readsThatWereInFlightWhenTheConnectionWasLostKeepTheirPlaceInTheSlot() throws Exception {
        start();
        List<Sent> sent = send("SET k 1", "GET k");
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, movedTo(B));
        send("SET k 2");
        onLoop(() -> {
            a.close();
            return null;
        });
        settle();
        HandSocket b = connect(B, 1);
        assertEquals(List.of("SET k 1"), taken(b));
        say(b, "+OK;");
        assertEquals(List.of("GET k", "SET k 2"), taken(b));
        say(b, "$1;1;+OK;");
        assertEquals("1", sent.get(1).reply());
    }

    @Test
    void whatIsHeldForTooLongFailsAsNotSent() throws Exception {
        options.setCommandTimeout(Duration.ofMillis(500));
        start();
        Sent sent = send("SET k 1").get(0);
        HandSocket a = connect(A, 1);
        long began = System.nanoTime();
        while (!sent.answer().isComplete() && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(20)) {
            if (!taken(a).isEmpty()) {
                say(a, "-CLUSTERDOWN Hash slot not served;");
            }
        }
        assertFalse(assertInstanceOf(CommandFailure.class, sent.answer().cause()).sent());
        assertTrue(sent.reply().contains("Hash slot not served"), sent::reply);
        assertTrue(sent.reply().startsWith("Redis client 'test' at a:1 could not send set"), sent::reply);
    }

    @Test
    void keysOfSeveralSlotsAreSplitInTheirPlace() throws Exception {
        start();
        Sent merged = send("MGET k other").get(0);
        HandSocket a = connect(A, 1);
        assertEquals(Set.of("MGET k", "MGET other"), Set.copyOf(taken(a)));
        say(a, "*1;$1;1;*1;$1;1;");
        assertEquals("[1, 1]", merged.reply());
    }
}
