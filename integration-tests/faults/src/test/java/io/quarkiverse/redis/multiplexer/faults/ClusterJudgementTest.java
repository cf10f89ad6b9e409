package io.quarkiverse.redis.multiplexer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The judges of a cluster see what is wrong, and nothing where nothing is. */
class ClusterJudgementTest {

    private static final Profile PROFILE = Profile.brief();
    private static final Object NOTHING = null;

    private final Ledger ledger = new Ledger(write -> false, () -> "", 1);
    private final Ledger afterKill = new Ledger(write -> true, () -> "", 1);
    private final Pauses pauses = Pauses.watching();

    @AfterEach
    void stopWatching() {
        pauses.close();
    }

    @Test
    void slotsAreThoseOfTheServer() {
        try (RedisServer server = RedisServer.start("--cluster-enabled", "yes"); RespClient client = server.client()) {
            for (String key : List.of("counter:7", "", "{}", "{}{a}", "a{b", "a}{b}", "{twins:3}:first", "x{ä}y{z}",
                    "many:5:11")) {
                assertEquals(((Long) client.call("CLUSTER", "KEYSLOT", key)).intValue(), Slots.of(key), key);
            }
        }
    }

    @Test
    void whatAKilledServerTookWithItIsCountedApart() {
        for (Ledger one : List.of(ledger, afterKill)) {
            one.increment(0).acknowledged(1L);
            one.push(0).acknowledged(1L);
            Step pop = one.pop(0);
            pop.acknowledged("list:0=77");
            one.pop(0).acknowledged("list:0=77");
            settle(one, Map.of());
        }
        assertEquals(2, ledger.lost.sum());
        assertEquals(1, ledger.doubled.sum());
        assertEquals(0, ledger.lostAtKills.sum() + ledger.undoneAtKills.sum());
        assertEquals(0, afterKill.lost.sum() + afterKill.doubled.sum());
        assertEquals(2, afterKill.lostAtKills.sum());
        assertEquals(1, afterKill.undoneAtKills.sum());
        assertEquals(3, ledger.samples().size());
    }

    @Test
    void aNumberThatComesAgainIsRightAfterAKill() {
        ledger.increment(0).acknowledged(1L);
        assertFalse(ledger.increment(0).acknowledged(1L));
        afterKill.increment(0).acknowledged(1L);
        assertTrue(afterKill.increment(0).acknowledged(1L));
    }

    @Test
    void aKillTakesOneWriteOfACallerAtMost() {
        Register register = new Register("key", afterKill);
        Value first = write(register);
        write(register);
        assertTrue(register.read(first.text()));
        assertEquals(1, afterKill.lostAtKills.sum());
        write(register);
        write(register);
        assertTrue(register.read(first.text()));
        assertEquals(1, afterKill.lostAtKills.sum());
        assertEquals(1, afterKill.lost.sum());
    }

    private static Value write(Register register) {
        Value value = register.fresh(0);
        register.written(value, System.nanoTime());
        return value;
    }

    @Test
    void whatMayHaveBeenDeletedMayBeThereOrNot() {
        Register register = new Register("key", ledger);
        assertTrue(register.isSurelyNotThere());
        Value value = write(register);
        assertTrue(register.isSurelyThere());
        register.failed(null, Fate.SENT);
        assertFalse(register.isSurelyThere());
        assertTrue(register.read(value.text()));
        assertTrue(register.read(null));
        assertEquals(0, ledger.lost.sum());
        register.failed(null, Fate.UNSENT);
        write(register);
        register.read("key=77=0=");
        assertEquals(1, ledger.lost.sum());
    }

    @Test
    void valuesInTheWrongOrderAreNotTaken() {
        ManyKeysCaller caller = new ManyKeysCaller(7, ledger, 1);
        Step set = next(caller, Verb.MSET, 4);
        set.acknowledged("OK");
        Step get = next(caller, Verb.MGET, 4);
        List<String> written = set.calls().get(0).arguments();
        List<Object> right = new ArrayList<>();
        for (String key : get.calls().get(0).arguments()) {
            right.add(written.contains(key) ? written.get(written.indexOf(key) + 1) : NOTHING);
        }
        assertTrue(get.acknowledged(right));
        List<Object> wrong = new ArrayList<>(right);
        Collections.rotate(wrong, 1);
        assertFalse(get.acknowledged(wrong));
        assertFalse(get.acknowledged(right.subList(1, right.size())));
        assertFalse(get.acknowledged("OK"));
    }

    @Test
    void aWrongSumIsNotTaken() {
        ManyKeysCaller caller = new ManyKeysCaller(7, ledger, 1);
        Step none = next(caller, Verb.DEL, 2);
        assertFalse(none.acknowledged(1L));
        next(caller, Verb.MSET, 12).acknowledged("OK");
        Step delete = next(caller, Verb.DEL, 2);
        assertFalse(delete.acknowledged((long) delete.calls().get(0).arguments().size() - 1));
    }

    private static Step next(ManyKeysCaller caller, Verb verb, int least) {
        return Stream.generate(caller::next).filter(step -> step.calls().get(0).verb() == verb)
                .filter(step -> step.keys().count() >= least).findFirst().orElseThrow();
    }

    @Test
    void aTransactionOfWhichHalfIsDoneIsTorn() {
        Twins twins = ledger.twins(3);
        Step whole = twins.increment();
        assertTrue(whole.acknowledged(List.of("OK", "QUEUED", "QUEUED", List.of(1L, 1L))));
        assertFalse(twins.increment().acknowledged(List.of("OK", "QUEUED", "QUEUED", "OK")));
        assertEquals(0, ledger.torn.sum());
        twins.increment().acknowledged(List.of("OK", "QUEUED", "QUEUED", List.of(2L, 3L)));
        assertEquals(1, ledger.torn.sum());
        settle(ledger, Map.of("{twins:3}:first", "2", "{twins:3}:second", "1"));
        assertEquals(2, ledger.torn.sum());
    }

    @Test
    void commandsOfOneCallerTakeEffectInTheirOrder() {
        HastyCaller.Burst burst = new HastyCaller(7, ledger, new SplittableRandom(1)).new Burst();
        Step first = burst.set(0);
        Step early = burst.get(1);
        Step second = burst.set(2);
        Step late = burst.get(3);
        first.acknowledged("OK");
        assertTrue(early.acknowledged(new Value("hasty:7", 1, 0).text()));
        second.acknowledged("OK");
        assertTrue(late.acknowledged(new Value("hasty:7", 2, 0).text()));
        assertEquals(0, reordered(burst));
        early.acknowledged(new Value("hasty:7", 2, 0).text());
        assertEquals(1, reordered(burst), "a GET overtaken by a SET");
        early.acknowledged(new Value("hasty:7", 1, 0).text());
        late.acknowledged(new Value("hasty:7", 1, 0).text());
        assertEquals(1, reordered(burst), "a SET overtaken by a GET");
        second.failed(Fate.SENT);
        assertEquals(0, reordered(burst), "a SET that may come later");
    }

    private long reordered(HastyCaller.Burst burst) {
        Ledger fresh = new Ledger();
        HastyCaller judge = new HastyCaller(7, fresh, new SplittableRandom(1));
        burst.seen().forEach(judge::judge);
        return fresh.reordered.sum();
    }

    @Test
    void aStrikeExcusesFailuresOfItsSlotsInItsTime() {
        Strike strike = new Strike(ClusterFault.RESET, slots(5));
        strike.ended();
        long now = System.nanoTime();
        assertTrue(strike.excuses(slots(5, 6), now, PROFILE, pauses));
        assertFalse(strike.excuses(slots(6), now, PROFILE, pauses));
        assertFalse(strike.excuses(slots(5), now - TimeUnit.SECONDS.toNanos(1), PROFILE, pauses));
        assertTrue(strike.excuses(slots(5), now + TimeUnit.SECONDS.toNanos(1), PROFILE, pauses));
        assertFalse(strike.excuses(slots(5), now + TimeUnit.SECONDS.toNanos(3), PROFILE, pauses));
        strike.alsoStrikes(slots(6));
        assertTrue(strike.excuses(slots(6), now, PROFILE, pauses));
        assertFalse(new Strike(ClusterFault.FAILOVER, slots(5)).excuses(slots(5), System.nanoTime() + 1_000_000_000, PROFILE,
                pauses));
    }

    @Test
    void onlyAKillUndoesWritesAndOnlyThoseOfItsTime() {
        long second = TimeUnit.SECONDS.toNanos(1);
        long now = System.nanoTime();
        Write before = new Write(5, now - second, now - second);
        Write ofItsTime = new Write(5, now - second, now);
        Write elsewhere = new Write(6, now - second, now);
        Predicate<Write> kill = new Strike(ClusterFault.KILL_PRIMARY, slots(5))::mayHaveUndone;
        assertFalse(kill.test(before));
        assertTrue(kill.test(ofItsTime));
        assertFalse(kill.test(elsewhere));
        assertFalse(new Strike(ClusterFault.RESET, slots(5)).mayHaveUndone(ofItsTime));
        Strike over = new Strike(ClusterFault.KILL_PRIMARY, slots(5));
        over.ended();
        long later = System.nanoTime();
        assertFalse(over.mayHaveUndone(new Write(5, later, later)));
    }

    @Test
    void theFirstSuccessAfterAStrikeIsOneOfItsSlotsThatWasBegunAfterIt() {
        Strike strike = new Strike(ClusterFault.KILL_PRIMARY, slots(5));
        strike.succeeded(slots(5), System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
        strike.succeeded(slots(5, 6), System.nanoTime());
        assertTrue(strike.awaitsSuccess());
        assertFalse(strike.isRecoveredInTime(PROFILE, pauses));
        strike.succeeded(slots(5), System.nanoTime());
        assertFalse(strike.awaitsSuccess());
        assertTrue(strike.isRecoveredInTime(PROFILE, pauses));
    }

    @Test
    void aPauseIsNoticed() throws InterruptedException {
        long begin = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(300);
        long free = pauses.between(begin, System.nanoTime());
        assertTrue(free < Duration.ofMillis(300).toNanos());
        assertTrue(pauses.longestMillis() >= 0);
    }

    private static BitSet slots(int... slots) {
        BitSet all = new BitSet();
        for (int slot : slots) {
            all.set(slot);
        }
        return all;
    }

    private static void settle(Ledger ledger, Map<String, String> data) {
        ledger.settle(words -> words[0].equals("GET") ? data.get(words[1]) : List.of());
    }
}
