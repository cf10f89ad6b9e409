package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.WHOLE;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.Question;

/** {@link ClusterView} with its {@link Refresher}, driven by hand: what follows when slots and servers change. */
class ClusterViewChangesTest extends ClusterViewByHand {

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

    private void answerAll(String shape) {
        view.suspect(Suspicion.READONLY);
        cluster.advance(20_000);
        assertTrue(!cluster.questions.isEmpty());
        while (!cluster.questions.isEmpty()) {
            cluster.next().tell(shape);
        }
        cluster.run();
    }

    @Test
    void slotsThatNobodyHasForAMomentStayTheirOwners() {
        know(WHOLE);
        view.listen(cluster.loop(), listener);
        answerAll("7002:5461-10922 7003:10923-16383");
        assertEquals(7001, owner(0));
        assertTrue(view.primaries().contains(at(7001)));
        assertEquals(0, told.size());

        answerAll("7004:0-5460 7002:5461-10922 7003:10923-16383");
        assertEquals(7004, owner(0));
        assertEquals(1, told.size());
    }

    @Test
    void slotsThatNobodyHasForLongAreNobodys() {
        know(WHOLE);
        answerAll("7002:5461-10922 7003:10923-16383");
        answerAll("7002:5461-10922 7003:10923-16383");
        assertEquals(Optional.empty(), view.primary(0));
        assertEquals(Set.of(at(7002), at(7003)), view.primaries());
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
    void whoListensIsToldThatASlotIsItsOldOwnersAgain() {
        know(WHOLE);
        view.listen(cluster.loop(), listener);
        view.moved(7, at(7003));
        cluster.advance(10);
        cluster.next().tell(WHOLE);
        cluster.next().tell(WHOLE);
        cluster.run();
        assertEquals(7001, owner(7));
        assertEquals(List.of(view.current()), told);

        view.suspect(Suspicion.READONLY);
        cluster.advance(2000);
        cluster.next().tell(WHOLE);
        cluster.run();
        assertEquals(1, told.size());
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
}
