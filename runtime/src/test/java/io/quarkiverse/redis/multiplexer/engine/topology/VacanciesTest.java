package io.quarkiverse.redis.multiplexer.engine.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Health;
import io.quarkiverse.redis.multiplexer.engine.topology.Shard.Member;
import io.quarkiverse.redis.multiplexer.engine.topology.SlotMap.Range;
import io.vertx.core.net.SocketAddress;

/** {@link Vacancies} and {@link SlotMap#filledFrom}, on a clock of the test's own. */
class VacanciesTest {

    private static final Shard FIRST = shard(1, 2);
    private static final Shard SECOND = shard(3, 4);
    private static final SlotMap WHOLE = map(List.of(FIRST, SECOND), new Range(0, 9999, FIRST),
            new Range(10_000, 16_383, SECOND));
    /** The second one's primary has been told to be none, and its replica is not known to have its slots yet. */
    private static final SlotMap VACANT = map(List.of(FIRST, shard(4)), new Range(0, 9999, FIRST));

    private final Vacancies vacancies = new Vacancies();

    private static Shard shard(int primary, int... replicas) {
        return new Shard(member(primary), IntStream.of(replicas).mapToObj(VacanciesTest::member).toList());
    }

    private static Member member(int port) {
        return new Member(SocketAddress.inetSocketAddress(port, "localhost"), Health.ONLINE, "");
    }

    private static SlotMap map(List<Shard> shards, Range... ranges) {
        return new SlotMap(shards, List.of(ranges));
    }

    private static Optional<SocketAddress> at(int port) {
        return Optional.of(SocketAddress.inetSocketAddress(port, "localhost"));
    }

    @Test
    void whatIsTakenOverInAMomentIsNeverVacant() {
        SlotMap believed = vacancies.believe(WHOLE, VACANT, 0);
        assertEquals(at(1), believed.primary(0));
        assertEquals(at(3), believed.primary(10_000));
        assertEquals(at(3), believed.primary(16_383));
        assertEquals(SlotMap.SLOTS, believed.covered());
        assertTrue(believed.nodes().contains(at(4).get()));
        assertTrue(vacancies.exist());

        Shard successor = shard(4, 3);
        SlotMap taken = map(List.of(FIRST, successor), new Range(0, 9999, FIRST), new Range(10_000, 16_383, successor));
        assertSame(taken, vacancies.believe(believed, taken, 1));
        assertFalse(vacancies.exist());
    }

    @Test
    void whatStaysVacantIsBelieved() {
        SlotMap believed = vacancies.believe(WHOLE, VACANT, 0);
        believed = vacancies.believe(believed, VACANT, Vacancies.BELIEVED_AFTER_NANOS - 1);
        assertEquals(at(3), believed.primary(10_000));
        believed = vacancies.believe(believed, VACANT, Vacancies.BELIEVED_AFTER_NANOS);
        assertSame(VACANT, believed);
        assertFalse(vacancies.exist());
        assertSame(VACANT, vacancies.believe(believed, VACANT, Vacancies.BELIEVED_AFTER_NANOS + 1));
    }

    @Test
    void theNextVacancyHasItsOwnTime() {
        vacancies.believe(WHOLE, VACANT, 0);
        vacancies.believe(WHOLE, WHOLE, 1);
        SlotMap believed = vacancies.believe(WHOLE, VACANT, Vacancies.BELIEVED_AFTER_NANOS);
        assertEquals(at(3), believed.primary(10_000));
    }

    @Test
    void whatNobodyEverHadIsVacant() {
        SlotMap half = map(List.of(FIRST), new Range(0, 9999, FIRST));
        assertSame(half, vacancies.believe(SlotMap.EMPTY, half, 0));
        assertSame(half, vacancies.believe(half, half, 1));
        assertSame(WHOLE, vacancies.believe(half, WHOLE, 2));
        assertFalse(vacancies.exist());
    }

    @Test
    void aPrimaryThatHasLostSomeOfItsSlotsIsKnownAsItIsToldNow() {
        Shard now = shard(3);
        SlotMap told = map(List.of(FIRST, now), new Range(0, 9999, FIRST), new Range(10_001, 16_383, now));
        SlotMap believed = vacancies.believe(WHOLE, told, 0);
        assertEquals(Optional.of(now), believed.shard(10_000));
        assertEquals(List.of(FIRST, now), believed.shards());
    }
}
