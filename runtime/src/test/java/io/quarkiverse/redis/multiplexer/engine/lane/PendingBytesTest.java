package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;

/** {@link PendingBytes} of a client and of its event loops: never more than the limit, and nothing lost. */
class PendingBytesTest {

    private static final long LIMIT = 1_000_000;

    private final PendingBytes client = PendingBytes.atMost(LIMIT);

    @Test
    void thereIsRoomUpToTheLimit() {
        assertTrue(client.reserve(LIMIT - 1));
        assertFalse(client.reserve(2));
        assertTrue(client.reserve(1));
        assertFalse(client.reserve(1));
        client.release(10);
        assertTrue(client.reserve(10));
    }

    @Test
    void oneLoopCanUseAllOfIt() {
        LoopPendingBytes loop = new LoopPendingBytes(client, LIMIT);
        int accepted = 0;
        while (loop.reserve(300)) {
            accepted++;
        }
        assertEquals(LIMIT / 300, accepted);
        for (int i = 0; i < accepted; i++) {
            loop.release(300);
        }
        loop.releaseSpare();
        assertTrue(client.reserve(LIMIT));
    }

    @Test
    void whatLoopsKeepToThemselvesIsNotMuch() {
        List<LoopPendingBytes> loops = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            LoopPendingBytes loop = new LoopPendingBytes(client, LIMIT);
            assertTrue(loop.reserve(1));
            loop.release(1);
            loops.add(loop);
        }
        assertTrue(client.reserve(LIMIT * 9 / 10));
    }

    @Test
    @Timeout(60)
    void manyThreadsTogetherNeverHaveMoreThanTheLimit() throws InterruptedException {
        AtomicLong used = new AtomicLong();
        AtomicLong most = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean eventLoop = i % 2 == 0;
            SplittableRandom random = new SplittableRandom(i);
            Thread thread = new Thread(() -> {
                LoopPendingBytes loop = new LoopPendingBytes(client, LIMIT);
                PendingBytes bytes = eventLoop ? loop : client;
                List<Long> held = new ArrayList<>();
                for (int step = 0; step < 50_000; step++) {
                    long wanted = 1 + random.nextInt(20_000);
                    if (random.nextInt(100) < 55 && bytes.reserve(wanted)) {
                        most.accumulateAndGet(used.addAndGet(wanted), Math::max);
                        held.add(wanted);
                    } else if (!held.isEmpty()) {
                        refused.incrementAndGet();
                        long given = held.remove(held.size() - 1);
                        used.addAndGet(-given);
                        bytes.release(given);
                    }
                }
                used.addAndGet(-held.stream().mapToLong(Long::longValue).sum());
                held.forEach(bytes::release);
                loop.releaseSpare();
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(most.get() <= LIMIT, most + " bytes");
        assertTrue(most.get() > LIMIT / 2, most + " bytes");
        assertTrue(client.reserve(LIMIT), "All has been given back");
    }
}
