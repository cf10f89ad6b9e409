package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.WHOLE;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.Question;
import io.vertx.core.Future;

/** {@link ClusterView} with its {@link Refresher}, driven by hand: what is asked, and who is told. */
class ClusterViewTest extends ClusterViewByHand {

    @Test
    void nothingIsAskedOrKnownBeforeItIsNeeded() {
        view.suspect(Suspicion.CLUSTERDOWN);
        view.unreachable(at(7001));
        cluster.advance(100_000);

        cluster.assertNobodyIsAsked();
        assertSame(SlotMap.EMPTY, view.current());
        assertEquals(Optional.empty(), view.primary(0));
        assertEquals(Set.of(), view.nodes());
        assertEquals(3, view.seeds().size());
    }

    @Test
    void threeAreAskedAndTwoWhoAgreeAreBelieved() {
        view.listen(cluster.loop(), listener);
        Future<Void> first = view.whenKnown(caller);
        Future<Void> second = view.whenKnown(caller);
        assertEquals(3, cluster.questions.size());
        cluster.next().tell(WHOLE);
        assertFalse(first.isComplete());
        cluster.next().tell(WHOLE);

        assertTrue(first.succeeded() && second.succeeded());
        assertTrue(view.whenKnown(caller).succeeded());
        assertEquals(7001, owner(0));
        assertEquals(Set.of(at(7001), at(7002), at(7003)), view.primaries());
        cluster.run();
        assertEquals(List.of(view.current()), told);
        assertEquals("h:7003", view.address(at(7003)).toString());
    }

    @Test
    void whatOnlyOneCouldTellIsConfirmedSoon() {
        Future<Void> known = view.whenKnown(caller);
        cluster.next().fail();
        cluster.next().fail();
        cluster.next().tell(WHOLE);
        assertTrue(known.succeeded());
        cluster.advance(1100);

        cluster.next().tell(WHOLE);
        cluster.advance(20_000);
        cluster.assertNobodyIsAsked();
    }

    @Test
    void aSilentSeedDelaysNobody() {
        Future<Void> known = view.whenKnown(caller);
        Question silent = cluster.next();
        cluster.next().tell(WHOLE);
        cluster.next().fail();
        assertFalse(known.isComplete());
        cluster.advance(500);

        assertTrue(known.succeeded());
        silent.fail();
    }

    @Test
    void whenNobodyAnswersItIsTriedAgainAndWhoeverWaitsIsTold() {
        view.listen(cluster.loop(), listener);
        for (int round = 1; round <= 8; round++) {
            Future<Void> known = round == 1 ? view.whenKnown(caller) : Future.failedFuture("none");
            assertEquals(3, cluster.questions.size());
            for (int i = 0; i < 3; i++) {
                cluster.next().fail();
            }
            cluster.run();
            assertTrue(known.failed());
            assertEquals(round, told.size());
            Throwable cause = view.trouble().orElseThrow();
            assertTrue(cause.getMessage().contains("Redis client 'test'") && cause.getMessage().contains("refused"),
                    cause.getMessage());
            assertFalse(((ConnectionLostException) cause).sent());
            assertSame(cause, view.whenKnown(caller).cause());
            long before = cluster.now();
            while (cluster.questions.isEmpty()) {
                cluster.advance(10);
            }
            assertTrue(cluster.now() - before <= TimeUnit.SECONDS.toNanos(5));
        }
        cluster.next().tell(WHOLE);
        cluster.next().tell(WHOLE);
        cluster.run();

        assertEquals(Optional.empty(), view.trouble());
        assertEquals(9, told.size());
        assertTrue(view.whenKnown(caller).succeeded());
    }

    @Test
    void whenAllAreSilentItEnds() {
        Future<Void> known = view.whenKnown(caller);
        cluster.advance(60_000);

        assertTrue(known.failed());
        assertTrue(known.cause().getMessage().contains("connect-timeout"), known.cause().getMessage());
    }

    @Test
    void whatAServerSaysComesFirst() {
        Future<Void> known = view.whenKnown(caller);
        cluster.next().fail();
        cluster.next().refuse("ERR This instance has cluster support disabled");
        cluster.next().fail();

        assertTrue(known.cause().getMessage().contains("quarkus.redis.client-type"), known.cause().getMessage());
    }

    /** A script that runs for long ends, and a server that loads its data has them at last. */
    @ParameterizedTest
    @ValueSource(strings = { "BUSY Redis is busy running a script.", "LOADING Redis is loading the dataset in memory",
            "MASTERDOWN Link with MASTER is down", "ERR max number of clients reached" })
    void whatAServerSaysOnlyForAWhileIsNotFinal(String said) {
        Future<Void> known = view.whenKnown(caller);
        cluster.next().fail();
        cluster.next().refuse(said);
        cluster.next().fail();

        assertFalse(Failures.isFinal(known.cause()), known.cause()::toString);
        assertTrue(known.cause().getMessage().contains(said), known.cause().getMessage());
        assertTrue(known.cause().getMessage().contains("refused"), known.cause().getMessage());
    }

    /** As with redis-cli --cluster create: slots are assigned first, and then nodes meet. */
    @Test
    void nodesThatHaveNotMetDoNotKnowThatNobodyHasASlot() {
        view.listen(cluster.loop(), listener);
        Future<Void> known = view.whenKnown(caller);
        for (int i = 0; i < 3; i++) {
            Question alone = cluster.next();
            alone.tell(WHOLE.split(" ")[alone.port() - 7001]);
        }
        cluster.run();

        assertTrue(known.cause().getMessage().contains("CLUSTER MEET"), known.cause().getMessage());
        assertSame(SlotMap.EMPTY, view.current());
        assertEquals(List.of(known.cause()), told);
        while (cluster.questions.isEmpty()) {
            cluster.advance(10);
        }
        cluster.next().tell(WHOLE);
        cluster.next().tell(WHOLE);
        assertEquals(7001, owner(0));
    }

    @Test
    void atRestOneIsAskedInAMinute() {
        know(WHOLE);
        int asked = 0;
        for (int i = 0; i < 600; i++) {
            cluster.advance(1000);
            while (!cluster.questions.isEmpty()) {
                cluster.next().tell(WHOLE);
                asked++;
            }
        }

        assertEquals(10, asked, 1);
    }

    @Test
    void suspicionsDuringASurveyCauseAnotherOne() {
        know(WHOLE);
        view.suspect(Suspicion.UNSUBSCRIBED);
        cluster.advance(10);
        Question first = cluster.next();
        view.suspect(Suspicion.UNSUBSCRIBED);
        cluster.advance(400);
        cluster.assertNobodyIsAsked();
        first.tell(WHOLE);
        cluster.advance(500);

        cluster.next().tell(WHOLE);
        cluster.advance(20_000);
        cluster.assertNobodyIsAsked();
    }

    @Test
    void aMapThatTellsTheSameIsNotTold() {
        know(WHOLE);
        view.listen(cluster.loop(), listener);
        view.suspect(Suspicion.READONLY);
        cluster.advance(10);
        cluster.next().tell(WHOLE);
        cluster.run();

        assertEquals(List.of(), told);
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        view.listen(cluster.loop(), new ClusterView.Listener() {
            @Override
            public void onMap(SlotMap map) {
                throw new IllegalStateException("a listener");
            }

            @Override
            public void onUnknown(Throwable cause) {
                throw new IllegalStateException("a listener");
            }
        });
        view.listen(cluster.loop(), listener);
        know(WHOLE);

        assertEquals(1, told.size());
    }

    @Test
    void afterTheEndNobodyIsAskedAndWhoeverWaitsIsTold() {
        Future<Void> known = view.whenKnown(caller);
        Question asked = cluster.next();
        cluster.questions.clear();
        view.close();
        view.close();
        assertTrue(known.cause().getMessage().contains("is stopped"));
        asked.tell(WHOLE);
        view.suspect(Suspicion.CLUSTERDOWN);
        cluster.advance(100_000);

        cluster.assertNobodyIsAsked();
        assertTrue(view.whenKnown(caller).failed());
        assertSame(SlotMap.EMPTY, view.current());
    }

    @Test
    void whatIsKnownStaysAfterTheEnd() {
        know(WHOLE);
        view.close();
        cluster.advance(200_000);

        cluster.assertNobodyIsAsked();
        assertEquals(7001, owner(0));
    }
}
