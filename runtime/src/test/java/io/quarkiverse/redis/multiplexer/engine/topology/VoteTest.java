package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.WHOLE;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.topology.Vote.Answer;
import io.vertx.core.net.SocketAddress;

class VoteTest {

    /** The first slot has moved from 7001 to 7002. */
    private static final String MOVED = "7001:1-5460 7002:0-0,5461-10922 7003:10923-16383";
    /** 8001 has taken the place of 7001. */
    private static final String FAILED_OVER = "8001:0-5460 7002:5461-10922 7003:10923-16383";

    private final Map<Integer, SocketAddress> moves = new HashMap<>();
    private SlotMap before = SlotMap.EMPTY;

    private static Answer answer(int port, String shape) {
        return new Answer(at(port), map(shape));
    }

    private Vote vote(Answer... answers) {
        return new Vote(List.of(answers), before, slot -> Optional.ofNullable(moves.get(slot)));
    }

    private static int owner(Vote vote, int slot) {
        return vote.result().primary(slot).map(SocketAddress::port).orElse(0);
    }

    @Test
    void oneAloneIsBelievedForTheTimeBeing() {
        Vote vote = vote(answer(7001, WHOLE));

        assertFalse(vote.isSettled());
        assertTrue(vote.result().tellsTheSameAs(map(WHOLE)));
    }

    @Test
    void twoWhoSayTheSameSettleIt() {
        assertTrue(vote(answer(7001, WHOLE), answer(7002, WHOLE)).isSettled());
        before = map(WHOLE);
        assertTrue(vote(answer(7001, WHOLE)).isSettled());
    }

    @Test
    void whatRedirectsHaveToldIsAVoice() {
        before = map(WHOLE);
        moves.put(0, at(7002));
        Vote vote = vote(answer(7002, MOVED));

        assertTrue(vote.isSettled());
        assertEquals(7002, owner(vote, 0));
    }

    @Test
    void aStaleOneDoesNotOverwriteWhatTwoOthersKnow() {
        before = map(FAILED_OVER);
        Vote unsettled = vote(answer(7003, WHOLE));
        assertFalse(unsettled.isSettled());
        Vote vote = vote(answer(7003, WHOLE), answer(7002, FAILED_OVER));

        assertTrue(vote.isSettled());
        assertEquals(8001, owner(vote, 0));
    }

    @Test
    void anOldPrimaryThatStillClaimsItsSlotsIsOutvoted() {
        Vote vote = vote(answer(7001, WHOLE), answer(7002, FAILED_OVER), answer(7003, FAILED_OVER));

        assertTrue(vote.isSettled());
        assertEquals(8001, owner(vote, 0));
    }

    @Test
    void whoClaimsASlotForItselfKnowsBestAmongEquals() {
        assertEquals(7002, owner(vote(answer(7003, WHOLE), answer(7002, MOVED)), 0));
        assertEquals(7002, owner(vote(answer(7002, MOVED), answer(7003, WHOLE)), 0));
        before = map(WHOLE);
        assertEquals(7002, owner(vote(answer(7002, MOVED)), 0));
    }

    @Test
    void amongEqualsARedirectIsBelievedNext() {
        before = map(WHOLE);
        moves.put(0, at(7002));

        assertEquals(7002, owner(vote(answer(7003, WHOLE)), 0));
    }

    @Test
    void theOnlyOneWhoIsLeftCanTellOfASuccessor() {
        before = map(WHOLE);
        Vote vote = vote(answer(7002, FAILED_OVER));

        assertFalse(vote.isSettled());
        assertEquals(8001, owner(vote, 0));
    }

    @Test
    void thatNobodyHasASlotIsAVoiceAsWell() {
        String without = "7002:5461-10922 7003:10923-16383";
        before = map(WHOLE);
        Vote vote = vote(answer(7002, without), answer(7003, without));

        assertTrue(vote.isSettled());
        assertEquals(0, owner(vote, 0));
        assertEquals(7001, owner(vote(answer(7002, without), answer(7003, WHOLE)), 0));
    }

    @Test
    void slotsAreVotedOnOneByOne() {
        String other = "7001:0-5459 7002:5460-10922 7003:10923-16383";
        Vote vote = vote(answer(7003, MOVED), answer(7004, other), answer(7005, WHOLE));

        assertTrue(vote.isSettled());
        assertTrue(vote.result().tellsTheSameAs(map(WHOLE)));
    }

    @Test
    void replicasAreThoseThatThePrimaryItselfTells() {
        Vote vote = vote(answer(7003, "7001:0-16383"), answer(7001, "7001+8001:0-16383"));

        assertEquals(at(8001), vote.result().shard(0).orElseThrow().replicas().get(0).address());
    }

    @Test
    void anOwnerWhomOnlyRedirectsHaveNamedHasAShard() {
        before = map(WHOLE);
        moves.put(0, at(7009));
        Vote vote = vote(answer(7003, WHOLE));

        assertEquals(7009, owner(vote, 0));
        assertTrue(vote.result().nodes().contains(at(7009)));
    }

    @Test
    void primariesWithoutASlotAreKnown() {
        Vote vote = vote(answer(7001, WHOLE + " 7004+8004:"));

        assertTrue(vote.result().nodes().containsAll(Arrays.asList(at(7004), at(8004))));
        assertFalse(vote.result().primaries().contains(at(7004)));
    }
}
