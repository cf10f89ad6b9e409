package io.quarkiverse.redis.multiplexer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/** The judges of a primary and its successors see what is wrong, and what is the servers' doing. */
class PrimaryJudgementTest {

    private static final Profile PROFILE = Profile.brief();
    private static final long TOLD = PrimaryFault.TOLD.toNanos();

    private final Set<Long> safe = new HashSet<>();
    private final Ledger ledger = new Ledger(write -> !safe.contains(write.begun()), () -> "", 1, Integer.MAX_VALUE - 1);
    private final Register register = new Register("key", ledger);
    private final Pauses pauses = Pauses.watching();

    @AfterEach
    void stopWatching() {
        pauses.close();
    }

    @Test
    void anOldPrimaryMayTakeManyWritesOfACallerWithIt() {
        Value first = write(1);
        write(2);
        write(3);
        Value fourth = write(4);
        assertTrue(register.read(fourth.text()));
        assertTrue(register.read(first.text()));
        assertEquals(3, ledger.lostAtKills.sum());
        assertTrue(register.read(first.text()));
        assertEquals(3, ledger.lostAtKills.sum());
        register.read(fourth.text());
        assertEquals(1, ledger.lost.sum());
    }

    @Test
    void aWriteThatNoServerHasTakenWithItIsNotSkipped() {
        safe.add(2L);
        Value first = write(1);
        write(2);
        write(3);
        register.read(first.text());
        assertEquals(1, ledger.lost.sum());
        assertEquals(0, ledger.lostAtKills.sum());
    }

    private Value write(long begun) {
        Value value = register.fresh(0);
        register.written(value, begun);
        return value;
    }

    @Test
    void whoIsToldOfASuccessorInTimeLosesNothingOfTheirOwn() {
        Strike strike = new Strike(PrimaryFault.SENTINEL_FAILOVER, all());
        strike.ended();
        long now = System.nanoTime();
        assertTrue(strike.mayHaveUndone(new Write(5, now, now)));
        assertTrue(strike.mayHaveUndone(new Write(5, now + TOLD / 2, now + TOLD)));
        assertFalse(strike.mayHaveUndone(new Write(5, now + TOLD, now + TOLD)));
        assertFalse(strike.mayHaveUndone(new Write(5, now - TOLD, now - TOLD)));
        assertFalse(strike.excuses(all(), now, PROFILE, pauses));
    }

    @Test
    void whatServersPlanTogetherLosesNothing() {
        Strike strike = new Strike(PrimaryFault.FAILOVER, all());
        long now = System.nanoTime();
        assertFalse(strike.mayHaveUndone(new Write(5, now, now)));
        assertFalse(strike.excuses(all(), now, PROFILE, pauses));
    }

    @Test
    void commandsMayFailWhileNobodyKnowsOfTheSuccessor() {
        Strike strike = new Strike(PrimaryFault.REPLICAOF, all());
        strike.ended();
        long now = System.nanoTime();
        assertTrue(strike.excuses(all(), now, PROFILE, pauses));
        assertFalse(strike.excuses(all(), now + 2 * TOLD, PROFILE, pauses));
        assertTrue(new Strike(PrimaryFault.STOP_PRIMARY, all()).excuses(all(), now + TOLD, PROFILE, pauses));
        assertEquals(Duration.ZERO, PrimaryFault.KILL_SENTINEL.longest(PROFILE, Duration.ofSeconds(1)));
    }

    @Test
    void anElementMayBePoppedFromTheOldPrimaryAndFromTheNew() {
        Ledger one = new Ledger(write -> write.begun() < System.nanoTime() - TimeUnit.SECONDS.toNanos(1), () -> "", 1);
        Step old = one.pop(0);
        sleep(1100);
        one.pop(0).acknowledged("list:0=1");
        old.acknowledged("list:0=1");
        assertEquals(0, one.doubled.sum());
        assertEquals(1, one.undoneAtKills.sum());
        one.pop(0).acknowledged("list:0=1");
        one.pop(0).acknowledged("list:0=1");
        assertEquals(1, one.doubled.sum());
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void proxiesPutTheirOwnAddressIntoWhatServersSay() {
        try (RedisServer server = RedisServer.start(); FaultProxy proxy = new FaultProxy(server.port())) {
            proxy.rename("127.0.0.1", "127.0.0.2");
            try (RespClient client = new RespClient(proxy.port())) {
                assertEquals("1127.0.0.2 127.127.0.0.2 127.0.0", client.call("ECHO", "1127.0.0.1 127.127.0.0.1 127.0.0"));
                proxy.oneByteChunks(true);
                assertEquals(".1 127.0.0.2", client.call("ECHO", ".1 127.0.0.1"));
            }
        }
    }

    private static BitSet all() {
        BitSet slots = new BitSet();
        slots.set(0, Slots.COUNT);
        return slots;
    }
}
