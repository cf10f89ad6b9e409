package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.WHOLE;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.connection.LoopTimer;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A survey of nodes whose answers are given by hand. */
class SurveyTest {

    private static final NodeAddress MODEL = NodeAddress.of(ClusterByHand.settings("redis://h:1").redis());
    private static final String OTHER = "7001:1-5460 7002:0-0,5461-10922 7003:10923-16383";
    private static final String THIRD = "7001:2-5460 7002:5461-10922 7003:0-1,10923-16383";

    private final ClusterByHand time = new ClusterByHand();
    private final Map<Integer, Promise<SlotMap>> asked = new LinkedHashMap<>();
    private final List<Survey> ended = new ArrayList<>();
    private SlotMap before = SlotMap.EMPTY;
    private int unaskable;
    private Survey survey;

    private void start(int atOnce, List<List<Integer>> tiers) {
        survey = new Survey(
                tiers.stream().map(tier -> tier.stream().map(port -> MODEL.at(at(port), null)).toList()).toList(), atOnce,
                node -> ask(node.socket().port()),
                answers -> new Vote(answers, before, slot -> Optional.empty()), new LoopTimer(time.loop()), ended::add);
        survey.start();
    }

    private Future<SlotMap> ask(int node) {
        if (node == unaskable) {
            throw new Error("on purpose");
        }
        return asked.computeIfAbsent(node, port -> Promise.promise()).future();
    }

    private void assertAsked(Integer... ports) {
        assertEquals(List.of(ports), List.copyOf(asked.keySet()));
    }

    private void tell(int port, String shape) {
        asked.get(port).complete(map(shape));
    }

    private void fail(int port) {
        asked.get(port).fail("silence");
    }

    @Test
    void twoWhoAgreeAreEnough() {
        start(3, List.of(List.of(1, 2, 3, 4)));
        assertAsked(1, 2, 3);
        tell(1, WHOLE);
        assertEquals(List.of(), ended);
        tell(3, WHOLE);

        assertEquals(List.of(survey), ended);
        assertTrue(survey.vote().orElseThrow().isSettled());
        tell(2, OTHER);
        assertEquals(2, survey.answers().size());
        assertEquals(1, ended.size());
    }

    @Test
    void oneWhoConfirmsWhatIsKnownIsEnough() {
        before = map(WHOLE);
        start(1, List.of(List.of(1, 2, 3)));
        tell(1, WHOLE);

        assertAsked(1);
        assertEquals(1, ended.size());
    }

    @Test
    void whoTellsSomethingNewNeedsAnother() {
        before = map(WHOLE);
        start(1, List.of(List.of(1, 2, 3)));
        tell(1, OTHER);
        assertAsked(1, 2);
        assertEquals(List.of(), ended);
        tell(2, OTHER);

        assertAsked(1, 2);
        assertTrue(survey.vote().orElseThrow().isSettled());
        assertEquals(at(7002), survey.vote().orElseThrow().result().primary(0).orElseThrow());
    }

    @Test
    void ifAllDifferThreeAreEnough() {
        before = map(WHOLE);
        start(1, List.of(List.of(1, 2, 3, 4)));
        tell(1, OTHER);
        tell(2, THIRD);
        tell(3, "7009:0-16383");

        assertAsked(1, 2, 3);
        assertEquals(1, ended.size());
        assertFalse(survey.vote().orElseThrow().isSettled());
    }

    @Test
    void aQuestionThatCannotBeAskedIsOneThatHasFailed() {
        unaskable = 1;
        start(1, List.of(List.of(1, 2)));
        assertAsked(2);
        fail(2);

        assertEquals(List.of(survey), ended);
        assertEquals(Set.of(at(1), at(2)), survey.failures().keySet());
    }

    @Test
    void anotherIsAskedForEachWhoFails() {
        start(2, List.of(List.of(1, 2, 3), List.of(4)));
        fail(1);
        assertAsked(1, 2, 3);
        fail(2);
        assertAsked(1, 2, 3, 4);
        fail(3);
        assertEquals(List.of(), ended);
        fail(4);

        assertEquals(1, ended.size());
        assertTrue(survey.vote().isEmpty());
        assertEquals(Set.of(at(1), at(2), at(3), at(4)), survey.failures().keySet());
    }

    @Test
    void theNextTierIsForWhenNobodyHasAnswered() {
        start(3, List.of(List.of(1), List.of(2), List.of(3)));
        assertAsked(1, 2, 3);

        asked.clear();
        ended.clear();
        start(1, List.of(List.of(1, 2), List.of(3)));
        tell(1, WHOLE);
        assertAsked(1, 2);
        fail(2);

        assertAsked(1, 2);
        assertEquals(1, ended.size());
    }

    @Test
    void whoIsSilentIsNotWaitedForButMayAnswer() {
        start(1, List.of(List.of(1, 2), List.of(3)));
        time.advance(490);
        assertAsked(1);
        time.advance(10);
        assertAsked(1, 2);
        time.advance(500);
        assertAsked(1, 2, 3);
        time.advance(5000);
        assertEquals(List.of(), ended);
        tell(1, WHOLE);
        assertEquals(List.of(), ended);
        time.advance(500);

        assertEquals(1, ended.size());
        assertEquals(1, survey.answers().size());
        time.advance(5000);
        assertEquals(1, ended.size());
    }

    @Test
    void withNobodyToAskItEnds() {
        start(3, List.of(List.of(), List.of()));

        assertEquals(1, ended.size());
        assertTrue(survey.vote().isEmpty());
    }

    @Test
    void whatIsAbandonedDoesNotEnd() {
        start(1, List.of(List.of(1, 2)));
        survey.abandon();
        tell(1, WHOLE);
        time.advance(2000);

        assertAsked(1);
        assertEquals(List.of(), ended);
        assertEquals(List.of(), survey.answers());
    }
}
