package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.vertx.core.net.SocketAddress;

/** {@link ReplicaTable}, without servers and time. */
class ReplicaTableTest {

    private static final SocketAddress A = at(1);
    private static final SocketAddress B = at(2);

    private final ReplicaTable table = new ReplicaTable(bound -> 0);
    /** The clock turns over soon. */
    private long now = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(1);

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private boolean answer(SocketAddress replica, ReplicaState told) {
        return table.answered(replica, told, now);
    }

    private OptionalLong millisToNext() {
        OptionalLong due = table.nextDue(now);
        return due.isEmpty() ? due : OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(due.getAsLong() - now));
    }

    @Test
    void aReplicaIsFitWhenItHasSaidSo() {
        assertFalse(table.follow(Set.of(A, B), now));
        assertEquals(Set.of(), table.fit());
        assertEquals(Set.of(A, B), Set.copyOf(table.takeDue(now)));
        assertEquals(OptionalLong.empty(), table.nextDue(now));
        assertEquals(List.of(), table.takeDue(now));

        assertTrue(answer(A, ReplicaState.FIT));
        assertFalse(answer(B, ReplicaState.UNFIT));
        assertEquals(Set.of(A), table.fit());
        assertEquals(ReplicaState.UNFIT, table.state(B));
    }

    @Test
    void itIsAskedAgainAndSoonerIfItIsUnfit() {
        table.follow(Set.of(A), now);
        table.takeDue(now);
        answer(A, ReplicaState.FIT);
        assertEquals(OptionalLong.of(1500), millisToNext());
        pass(1499);
        assertEquals(List.of(), table.takeDue(now));
        pass(1);
        assertEquals(List.of(A), table.takeDue(now));
        assertFalse(answer(A, ReplicaState.FIT));

        pass(1500);
        table.takeDue(now);
        assertTrue(answer(A, ReplicaState.UNFIT));
        assertEquals(Set.of(), table.fit());
        assertEquals(OptionalLong.of(500), millisToNext());
        pass(500);
        table.takeDue(now);
        assertFalse(answer(A, ReplicaState.UNFIT));
        pass(500);
        table.takeDue(now);
        assertTrue(answer(A, ReplicaState.FIT));
    }

    @Test
    void manyAreNotAskedAtOnce() {
        ReplicaTable late = new ReplicaTable(bound -> bound - 1);
        late.follow(Set.of(A), now);
        late.takeDue(now);
        late.answered(A, ReplicaState.FIT, now);
        assertEquals(2499, TimeUnit.NANOSECONDS.toMillis(late.nextDue(now).getAsLong() - now));
    }

    @Test
    void evidenceMakesItUnfitUntilItSaysOtherwise() {
        table.follow(Set.of(A), now);
        table.takeDue(now);
        answer(A, ReplicaState.FIT);
        assertTrue(table.doubt(A, now));
        assertEquals(Set.of(), table.fit());
        assertFalse(table.doubt(A, now));
        assertEquals(OptionalLong.of(100), millisToNext());
        pass(100);
        assertEquals(List.of(A), table.takeDue(now));
        assertTrue(answer(A, ReplicaState.FIT));
    }

    @Test
    void anAnswerToAQuestionFromBeforeTheEvidenceDoesNotCount() {
        table.follow(Set.of(A), now);
        table.takeDue(now);
        assertFalse(table.doubt(A, now));
        assertFalse(answer(A, ReplicaState.FIT));
        assertEquals(ReplicaState.UNFIT, table.state(A));
        assertEquals(OptionalLong.of(100), millisToNext());
        pass(100);
        table.takeDue(now);
        assertTrue(answer(A, ReplicaState.FIT));
    }

    @Test
    void whereThereIsReasonItIsAskedNow() {
        table.follow(Set.of(A), now);
        table.takeDue(now);
        table.hurry(A, now);
        assertEquals(List.of(), table.takeDue(now));
        answer(A, ReplicaState.FIT);
        table.hurry(A, now);
        assertEquals(OptionalLong.of(0), millisToNext());
        assertEquals(List.of(A), table.takeDue(now));
        assertEquals(Set.of(A), table.fit());
    }

    @Test
    void thoseThatAreGoneAreNobodyAndBeginAnewWhenTheyComeBack() {
        table.follow(Set.of(A, B), now);
        table.takeDue(now);
        answer(A, ReplicaState.FIT);
        assertFalse(table.follow(Set.of(A), now));
        assertFalse(answer(B, ReplicaState.FIT));
        assertTrue(table.follow(Set.of(), now));
        assertFalse(table.doubt(A, now));
        table.hurry(A, now);

        assertFalse(table.follow(Set.of(A), now));
        assertFalse(answer(A, ReplicaState.FIT));
        assertEquals(ReplicaState.UNPROVED, table.state(A));
        assertEquals(List.of(A), table.takeDue(now));
    }
}
