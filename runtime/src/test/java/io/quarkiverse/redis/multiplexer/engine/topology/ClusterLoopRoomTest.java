package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;

/** {@link JointAdmission} in a {@link ClusterLoop}: what is sent as several commands is sent as a whole, or not at all. */
class ClusterLoopRoomTest extends ClusterLoopByHand {

    private static final byte[] OTHER = "other".getBytes(StandardCharsets.US_ASCII);

    /** A has the slot of k, and B that of other. */
    private void startWithRoomForTwo() {
        options.setMaxPending(2);
        moved.put(Slot.of(OTHER, 0, OTHER.length), B);
        start();
    }

    private Future<List<Response>> batch(String... requests) throws Exception {
        Promise<List<Response>> promise = Promise.promise();
        BatchCommand batch = new BatchCommand(Commands.requests(requests), promise, CommandReport.NONE);
        batch.divide();
        submit(batch);
        return promise.future();
    }

    private static void assertRefused(Future<?> end) {
        awaitUntil(end::isComplete);
        BacklogFullException refused = assertInstanceOf(BacklogFullException.class, end.cause());
        assertFalse(refused.sent());
    }

    @Test
    void partsOfWhatHasItsPlaceAreNotAskedForRoomAndHaveTheirsAndItsTime() {
        JointAdmission full = new JointAdmission(part -> false, new FailingSoon(loop, HandNodes.FAILURES,
                new RoutingMetrics(new Unrouted(false)), part -> Optional.empty()));
        FakeCommand whole = new FakeCommand(1);
        FakeCommand part = new FakeCommand(1);
        assertFalse(full.admits(whole, List.of(part)));
        assertFalse(part.hasPlace());
        whole.takePlace();
        whole.mustEndBy(17);
        assertTrue(full.admits(whole, List.of(part)));
        assertTrue(part.hasPlace());
        assertEquals(17, part.deadline());
    }

    @Test
    void ofABatchThatHasNoRoomAtOneOfItsNodesNothingIsSent() throws Exception {
        startWithRoomForTwo();
        List<Sent> others = send("SET other 1", "SET other 2");
        assertRefused(batch("SET k 1", "SET other 3", "SET k 2"));
        assertTrue(connectors.get(A).attempts.isEmpty());

        HandSocket b = connect(B, 1);
        assertEquals(List.of("SET other 1", "SET other 2"), taken(b));
        say(b, "+one;+two;");
        assertEquals(List.of("one", "two"), others.stream().map(Sent::reply).toList());
        Future<List<Response>> next = batch("SET k 1", "SET other 3");
        say(connect(A, 1), "+k;");
        say(b, "+other;");
        assertEquals("[k, other]", await(next).toString());
    }

    @Test
    void aBatchMayHaveMoreCommandsThanMayBePending() throws Exception {
        startWithRoomForTwo();
        Future<List<Response>> batch = batch("SET k 1", "SET k 2", "SET k 3", "SET other 1", "SET k 4");
        HandSocket a = connect(A, 1);
        assertEquals(List.of("SET k 1", "SET k 2", "SET k 3", "SET k 4"), taken(a));
        say(a, "+1;+2;+3;+4;");
        say(connect(B, 1), "+other;");
        assertEquals("[1, 2, 3, other, 4]", await(batch).toString());
    }

    @Test
    void ofAWriteToSeveralSlotsThatHasNoRoomAtOneOfItsNodesNothingIsSent() throws Exception {
        startWithRoomForTwo();
        send("SET other 1", "SET other 2");
        assertRefused(send("MSET k 1 other 3").get(0).answer());
        assertRefused(send("DEL other k").get(0).answer());
        assertTrue(connectors.get(A).attempts.isEmpty());
    }

    @Test
    void whatABatchConsistsOfIsDividedWithoutAskingForRoomAgain() throws Exception {
        startWithRoomForTwo();
        Future<List<Response>> batch = batch("SET k 1", "SET k 2", "SET other 1", "SET other 2", "MSET k 3 other 3");
        HandSocket a = connect(A, 1);
        HandSocket b = connect(B, 1);
        assertEquals(List.of("SET k 1", "SET k 2", "MSET k 3"), taken(a));
        assertEquals(List.of("SET other 1", "SET other 2", "MSET other 3"), taken(b));
        say(a, "+1;+2;+OK;");
        say(b, "+1;+2;+OK;");
        assertEquals("[1, 2, 1, 2, OK]", await(batch).toString());
    }

    @Test
    void aPartOfABatchThatIsSentOnFindsItsPlaceAtANodeThatHasNoRoom() throws Exception {
        startWithRoomForTwo();
        Future<List<Response>> batch = batch("SET k 1", "SET other 1");
        HandSocket a = connect(A, 1);
        HandSocket b = connect(B, 1);
        taken(a);
        taken(b);
        send("SET other 2");
        assertRefused(send("SET other 3").get(0).answer());
        say(a, movedTo(B));
        assertEquals(List.of("SET other 2", "SET k 1"), taken(b));
        say(b, "+other;+two;+k;");
        assertEquals("[k, other]", await(batch).toString());
    }

    @Test
    void aBatchHasOnePlaceAmongThoseThatWaitUntilAnythingIsKnown() throws Exception {
        map = SlotMap.EMPTY;
        startWithRoomForTwo();
        List<Future<?>> waiting = new ArrayList<>(List.of(batch("SET k 1", "SET k 2", "SET k 3"), batch("SET k 4", "SET k 5")));
        assertRefused(batch("SET k 6", "SET k 7"));
        map = SOME;
        await(cluster.follow());
        HandSocket a = connect(A, 1);
        assertEquals(List.of("SET k 1", "SET k 2", "SET k 3", "SET k 4", "SET k 5"), taken(a));
        say(a, "+1;+2;+3;+4;+5;");
        waiting.forEach(end -> awaitUntil(end::succeeded));
    }

    @Test
    void aBatchThatWaitsForTooLongUntilAnythingIsKnownFailsAsAWhole() throws Exception {
        options.setCommandTimeout(Duration.ofMillis(300));
        map = SlotMap.EMPTY;
        startWithRoomForTwo();
        Future<List<Response>> batch = batch("SET k 1", "SET k 2", "SET k 3");
        awaitUntil(batch::isComplete);
        assertFalse(assertInstanceOf(CommandFailure.class, batch.cause()).sent());
        map = SOME;
        await(cluster.follow());
        settle();
        assertTrue(connectors.get(A).attempts.isEmpty());
    }

    @Test
    void aBatchEndsWithItsTimeWhereverItsCommandsAre() throws Exception {
        options.setCommandTimeout(Duration.ofMillis(300));
        startWithRoomForTwo();
        Future<List<Response>> batch = batch("SET k 1", "SET other " + "x".repeat(400_000));
        say(connect(A, 1), "+one;");
        awaitUntil(batch::isComplete);
        assertTrue(batch.failed());
        // The event loop keeps some for its next commands.
        awaitUntil(() -> bytes.reserve(800_000));
    }

    @Test
    void aBatchThatHasNoRoomBehindASlotThatChangesItsNodeIsNotSent() throws Exception {
        startWithRoomForTwo();
        Sent first = send("SET k 1").get(0);
        HandSocket a = connect(A, 1);
        taken(a);
        say(a, movedTo(B).replace("MOVED", "ASK"));
        List<Sent> held = send("SET k 2", "SET k 3");
        assertRefused(batch("SET other 1", "SET k 4"));

        HandSocket b = connect(B, 1);
        assertEquals(List.of("ASKING", "SET k 1"), taken(b));
        say(b, "+OK;+one;");
        assertEquals("one", first.reply());
        assertEquals(List.of("SET k 2"), taken(a));
        say(a, "+two;");
        assertEquals(List.of("SET k 3"), taken(a));
        say(a, "+three;");
        assertEquals(List.of("two", "three"), held.stream().map(Sent::reply).toList());
    }
}
