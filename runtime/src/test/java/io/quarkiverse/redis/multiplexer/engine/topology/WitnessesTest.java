package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.vertx.core.net.SocketAddress;

class WitnessesTest {

    private static final SlotMap MAP = map("7001+8001:0-5460 7002+8002:5461-10922 7003:10923-16383 7004:");

    private final Random chance = new Random(1);
    private final Witnesses witnesses = new Witnesses(
            new ClusterAddresses(ClusterByHand.settings("redis://seed:1", "redis://h:7001").addresses()),
            bound -> (long) (chance.nextDouble() * bound));

    private List<Set<Integer>> tiers(SlotMap map, Integer... named) {
        Set<SocketAddress> moves = List.of(named).stream().map(ClusterByHand::at).collect(Collectors.toSet());
        return witnesses.tiers(map, moves).stream()
                .map(tier -> tier.stream().map(node -> node.socket().port()).collect(Collectors.toSet())).toList();
    }

    private int first(Integer... named) {
        Set<SocketAddress> moves = List.of(named).stream().map(ClusterByHand::at).collect(Collectors.toSet());
        return witnesses.tiers(MAP, moves).get(0).get(0).socket().port();
    }

    @Test
    void inTheBeginningThereAreOnlyTheConfiguredOnes() {
        assertEquals(List.of(Set.of(), Set.of(1, 7001), Set.of()), tiers(SlotMap.EMPTY));
    }

    @Test
    void primariesThatHaveSlotsAreAskedBeforeOthers() {
        assertEquals(List.of(Set.of(7001, 7002, 7003), Set.of(1), Set.of(7004, 8001, 8002)), tiers(MAP));
    }

    @Test
    void whomARedirectHasNamedIsAskedFirst() {
        for (int i = 0; i < 10; i++) {
            assertEquals(7003, first(7003));
            assertEquals(7009, first(7009));
        }
    }

    @Test
    void allPrimariesHaveTheirTurn() {
        assertEquals(Set.of(7001, 7002, 7003), IntStream.range(0, 100).map(i -> first()).boxed().collect(Collectors.toSet()));
        witnesses.surveyed(Set.of(at(7001), at(7002)), Set.of(), MAP.nodes());
        for (int i = 0; i < 10; i++) {
            assertEquals(7003, first());
        }
    }

    @Test
    void whoIsInTroubleIsAskedLater() {
        assertTrue(witnesses.lose(at(7001)));
        assertFalse(witnesses.lose(at(7001)));
        witnesses.surveyed(Set.of(), Set.of(at(7002)), MAP.nodes());
        assertEquals(List.of(Set.of(7003), Set.of(1, 7001, 7002), Set.of(7004, 8001, 8002)), tiers(MAP, 7002));
        assertTrue(witnesses.missAPrimaryOf(MAP));
        assertTrue(witnesses.isInTrouble(at(7002)));

        witnesses.find(at(7001));
        assertFalse(witnesses.missAPrimaryOf(MAP));
        witnesses.surveyed(Set.of(at(7002)), Set.of(), MAP.nodes());
        assertEquals(Set.of(7001, 7002, 7003), tiers(MAP).get(0));
    }

    @Test
    void whoAnswersIsThere() {
        witnesses.lose(at(7001));
        witnesses.surveyed(Set.of(at(7001)), Set.of(), MAP.nodes());

        assertFalse(witnesses.missAPrimaryOf(MAP));
    }

    @Test
    void whoHasLeftTheClusterIsMissedNoMore() {
        witnesses.lose(at(7001));
        Set<SocketAddress> rest = new HashSet<>(MAP.nodes());
        rest.remove(at(7001));
        witnesses.surveyed(Set.of(), Set.of(), rest);

        assertFalse(witnesses.missAPrimaryOf(MAP));
    }

    @Test
    void replicasAreNotMissed() {
        witnesses.lose(at(8001));
        witnesses.lose(at(7004));

        assertFalse(witnesses.missAPrimaryOf(MAP));
    }

    @Test
    void ofALargeClusterSomeAreAskedAtATime() {
        StringBuilder shape = new StringBuilder("100:0-0");
        IntStream.range(101, 200).forEach(port -> shape.append(" " + port + ":" + (port - 100) + "-" + (port - 100)));

        assertEquals(8, tiers(map(shape.toString())).get(0).size());
    }
}
