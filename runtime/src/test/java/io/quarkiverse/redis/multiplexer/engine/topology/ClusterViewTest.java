package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.WHOLE;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.Question;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;

/** {@link ClusterView} with its {@link Refresher}, driven by hand. */
class ClusterViewTest {

    private static final String FAILED_OVER = "8001:0-5460 7002:5461-10922 7003:10923-16383";
    /** The first 500 slots have moved. */
    private static final String RESHARDED = "7001:500-5460 7002:0-499,5461-10922 7003:10923-16383";

    private static Vertx vertx;
    private static Context caller;

    private final ClusterByHand cluster = new ClusterByHand();
    private final List<Object> told = new ArrayList<>();
    private final ClusterView view = cluster.view("redis://h:7001", "redis://h:7002", "redis://h:7003");
    private final ClusterView.Listener listener = new ClusterView.Listener() {
        @Override
        public void onMap(SlotMap map) {
            assertSame(map, view.current());
            told.add(map);
        }

        @Override
        public void onUnknown(Throwable cause) {
            told.add(cause);
        }
    };

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        caller = vertx.getOrCreateContext();
    }

    @AfterAll
    static void stop() throws Exception {
        RealRedis.await(vertx.close());
    }

    /** Two of the three have told the whole cluster, and it is some time ago. */
    private void know(String shape) {
        Future<Void> known = view.whenKnown(caller);
        cluster.next().tell(shape);
        cluster.next().tell(shape);
        cluster.questions.clear();
        cluster.run();
        assertTrue(known.succeeded());
        cluster.advance(20_000);
        cluster.assertNobodyIsAsked();
    }

    private int owner(int slot) {
        return view.primary(slot).map(SocketAddress::port).orElse(0);
    }

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
    void aRedirectIsFollowedAtOnceAndItsOwnerAsked() {
        know(WHOLE);
        view.listen(cluster.loop(), listener);
        view.moved(7, at(7003));
        assertEquals(7003, owner(7));
        assertEquals(7001, owner(8));
        cluster.advance(10);
        Question asked = cluster.next();
        assertEquals(7003, asked.port());
        asked.tell("7001:0-6,8-5460 7002:5461-10922 7003:7-7,10923-16383");
        cluster.run();

        assertEquals(7003, owner(7));
        assertEquals(Optional.of(at(7003)), view.current().primary(7));
        assertEquals(1, told.size());
        cluster.advance(20_000);
        cluster.assertNobodyIsAsked();
    }

    @Test
    void fiveHundredRedirectsCauseTwoQuestions() {
        know(WHOLE);
        int asked = 0;
        for (int slot = 0; slot < 500; slot++) {
            view.moved(slot, at(7002));
            cluster.advance(2);
            while (!cluster.questions.isEmpty()) {
                cluster.next().tell(RESHARDED);
                asked++;
            }
        }
        cluster.advance(20_000);

        assertEquals(2, asked + cluster.questions.size());
        assertTrue(view.current().tellsTheSameAs(map(RESHARDED)));
    }

    @Test
    void aLongReshardCausesFiveQuestionsInTenSecondsAtMost() {
        know(WHOLE);
        int asked = 0;
        for (int slot = 1; slot < 500; slot++) {
            view.moved(slot, at(7002));
            cluster.advance(20);
            while (!cluster.questions.isEmpty()) {
                cluster.next().tell("7001:0-0," + (slot + 1) + "-5460 7002:1-" + slot + ",5461-10922 7003:10923-16383");
                asked++;
            }
        }

        assertTrue(asked >= 2 && asked <= 5, "" + asked);
    }

    @Test
    void staleNodesDoNotOverwriteWhatARedirectHasCorrected() {
        know(WHOLE);
        view.moved(7, at(7003));
        cluster.advance(10);
        // Who was named is silent, and the others have not heard of it yet.
        Question named = cluster.next();
        cluster.advance(500);
        Question stale = cluster.next();
        stale.tell(WHOLE);
        cluster.next().tell(WHOLE);
        assertEquals(7003, owner(7));
        assertEquals(Optional.of(at(7001)), view.current().primary(7));

        // It is asked for again, until they have.
        cluster.advance(10_000);
        assertEquals(7003, cluster.next().port());
        assertEquals(7003, owner(7));
        named.fail();
    }

    @Test
    void anOwnerThatDoesNotHaveTheSlotIsForgotten() {
        know(WHOLE);
        view.moved(7, at(7003));
        cluster.advance(10);
        assertEquals(7003, cluster.next().port());
        view.moved(7, at(7002));
        view.moved(7, at(7003));
        cluster.questions.clear();
        cluster.advance(500);
        cluster.next().tell(WHOLE);
        cluster.next().tell(WHOLE);
        // It was named again after the question.
        assertEquals(7003, owner(7));
        cluster.advance(10_000);
        Question again = cluster.next();
        assertEquals(7003, again.port());
        again.tell(WHOLE);
        cluster.next().tell(WHOLE);

        assertEquals(7001, owner(7));
    }

    @Test
    void theSuccessorOfALostPrimaryIsAskedForUntilItIsThere() {
        know(WHOLE);
        view.unreachable(at(7001));
        int asked = 0;
        for (int i = 0; i < 300; i++) {
            cluster.advance(10);
            while (!cluster.questions.isEmpty()) {
                Question question = cluster.next();
                assertTrue(question.port() != 7001);
                question.tell(WHOLE);
                asked++;
            }
        }
        assertEquals(6, asked, 1);
        assertEquals(7001, owner(0));
        cluster.advance(500);
        cluster.next().tell(FAILED_OVER);
        assertEquals(7001, owner(0));
        cluster.next().tell(FAILED_OVER);

        assertEquals(8001, owner(0));
        cluster.advance(20_000);
        cluster.assertNobodyIsAsked();
    }

    @Test
    void aPrimaryThatIsBackIsMissedNoMore() {
        know(WHOLE);
        view.unreachable(at(7001));
        cluster.advance(10);
        cluster.next().tell(WHOLE);
        view.reachable(at(7001));
        cluster.advance(1000);
        while (!cluster.questions.isEmpty()) {
            cluster.next().tell(WHOLE);
        }
        cluster.advance(20_000);

        cluster.assertNobodyIsAsked();
    }

    @Test
    void whenAllSeedsAreGoneOthersAreAsked() {
        know("7004:0-8000 7005:8001-16383");
        view.suspect(Suspicion.READONLY);
        cluster.advance(10);
        Question question = cluster.next();
        assertTrue(question.port() >= 7004);
        question.fail();
        assertTrue(cluster.next().port() >= 7004);
    }

    @Test
    void whenAllPrimariesAreGoneSeedsAreAskedAgainAndThenReplicas() {
        know("7004+8004:0-8000 7005:8001-16383");
        view.suspect(Suspicion.CLUSTERDOWN);
        cluster.advance(10);
        List<Integer> ports = new ArrayList<>();
        while (!cluster.questions.isEmpty()) {
            Question question = cluster.next();
            ports.add(question.port());
            question.fail();
        }

        assertEquals(6, ports.size());
        assertEquals(Set.of(7004, 7005), Set.copyOf(ports.subList(0, 2)));
        assertEquals(8004, ports.get(5));
        assertEquals(7004, owner(0));
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
