package io.quarkiverse.redis.multiplexer.engine.topology;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.topology.Suspicion.Need;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;

class RefreshPaceTest {

    private static final long START = Long.MAX_VALUE - 1000;
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

    private final Random chance = new Random(1);
    private final RefreshPace least = new RefreshPace(Duration.ofSeconds(1), RedisReplicas.NEVER, BACKOFF, bound -> 0);
    private final RefreshPace any = new RefreshPace(Duration.ofSeconds(1), RedisReplicas.NEVER, BACKOFF,
            bound -> (long) (chance.nextDouble() * bound));

    private static long millis(long nanos) {
        return NANOSECONDS.toMillis(nanos);
    }

    @Test
    void theFirstTimeIsAtOnce() {
        for (Need need : Need.values()) {
            assertEquals(START, least.next(START, need, 3));
        }
    }

    @Test
    void howeverLongRedirectsAreToBeFollowedWithoutAskingItIsAskedSeldom() {
        RedisOptions options = new RedisOptions().setConnectionString("redis://h:1").setTopologyCacheTTL(Long.MAX_VALUE);
        RefreshPace pace = RefreshPace.of(ClientSettings.of("test", options, new MultiplexerOptions()), bound -> 0);
        pace.began(START, Need.ROUTINE, 3);
        assertEquals(SECONDS.toNanos(60), pace.next(START, Need.ROUTINE, 3) - START);
    }

    @Test
    void atRestItIsSeldom() {
        for (int i = 0; i < 100; i++) {
            any.began(START, Need.NONE, 3);
            long pause = any.next(START, Need.NONE, 3) - START;
            assertTrue(pause >= SECONDS.toNanos(60) && pause <= SECONDS.toNanos(90), () -> millis(pause) + " ms");
        }
    }

    @Test
    void afterAChangeReplicasAreLookedForAgain() {
        RefreshPace reading = new RefreshPace(Duration.ofSeconds(1), RedisReplicas.SHARE, BACKOFF, bound -> 0);
        long now = START;
        for (int change = 0; change < 2; change++) {
            reading.began(now, Need.URGENT, 1);
            reading.changed();
            for (long seconds : new long[] { 1, 2, 4, 8, 16, 32, 60, 60 }) {
                long next = reading.next(now, Need.NONE, 1);
                assertEquals(SECONDS.toMillis(seconds), millis(next - now));
                reading.began(next, Need.NONE, 1);
                now = next;
            }
        }
    }

    @Test
    void changesDoNotCostMoreQuestionsThanRedirects() {
        RefreshPace reading = new RefreshPace(Duration.ofSeconds(1), RedisReplicas.ALWAYS, BACKOFF, bound -> 0);
        long now = START;
        int asked = 0;
        while (now - START < SECONDS.toNanos(100)) {
            reading.began(now, Need.NONE, 1);
            reading.asked(now);
            reading.changed();
            asked++;
            now = reading.next(now, Need.NONE, 1);
        }
        assertEquals(30, asked, 2);
    }

    @Test
    void whoReadsFromPrimariesOnlyHearsOfThemByRedirects() {
        least.began(START, Need.NONE, 1);
        least.changed();
        assertEquals(SECONDS.toMillis(60), millis(least.next(START, Need.NONE, 1) - START));
    }

    @Test
    void redirectsCauseFiveQuestionsInTenSecondsAtMost() {
        Deque<Long> asked = new ArrayDeque<>();
        long now = START;
        while (now - START < SECONDS.toNanos(1000)) {
            any.began(now, Need.ROUTINE, 3);
            for (int i = chance.nextInt(3); i >= 0; i--) {
                any.asked(now);
                asked.addLast(now);
            }
            while (asked.peekFirst() + SECONDS.toNanos(10) - now <= 0) {
                asked.removeFirst();
            }
            assertTrue(asked.size() <= 5, asked::toString);
            long next = any.next(now, Need.ROUTINE, 3);
            assertTrue(next - now >= SECONDS.toNanos(1));
            now = next;
        }
    }

    @Test
    void redirectsAfterALongTimeAreSpreadByTheNumberOfShards() {
        any.began(START, Need.NONE, 3);
        long now = START + SECONDS.toNanos(20);
        long latest = 0;
        for (int i = 0; i < 1000; i++) {
            assertTrue(any.next(now, Need.ROUTINE, 3) - now <= MILLISECONDS.toNanos(30));
            latest = Math.max(latest, any.next(now, Need.ROUTINE, 1_000) - now);
        }
        assertTrue(latest > SECONDS.toNanos(9) && latest <= SECONDS.toNanos(10));
    }

    @Test
    void whileCommandsWaitItIsOftenAndLaterLessOften() {
        least.began(START, Need.ROUTINE, 3);
        assertEquals(500, millis(least.next(START, Need.URGENT, 3) - START));
        assertEquals(700, millis(least.next(START + MILLISECONDS.toNanos(700), Need.URGENT, 3) - START));
        long now = START + MILLISECONDS.toNanos(700);
        int rounds = 0;
        while (now - START < SECONDS.toNanos(60)) {
            least.began(now, Need.URGENT, 3);
            least.asked(now);
            now = least.next(now, Need.URGENT, 3);
            rounds++;
        }
        assertEquals(66, rounds, 1);

        any.began(START, Need.URGENT, 3);
        long pause = any.next(START, Need.URGENT, 3) - START;
        assertTrue(pause >= MILLISECONDS.toNanos(250) && pause <= MILLISECONDS.toNanos(500));
        least.began(START, Need.URGENT, 300);
        assertEquals(3000, millis(least.next(START, Need.URGENT, 300) - START));
    }

    @Test
    void whatWasUrgentBeforeDoesNotCount() {
        least.began(START, Need.URGENT, 1);
        long later = START + SECONDS.toNanos(40);
        least.began(later, Need.URGENT, 1);
        assertEquals(5_000, millis(least.next(later, Need.URGENT, 1) - later));
        least.calmed();
        least.began(later, Need.URGENT, 1);
        assertEquals(500, millis(least.next(later, Need.URGENT, 1) - later));
    }

    @Test
    void urgentQuestionsDoNotKeepOthersBack() {
        least.began(START, Need.URGENT, 3);
        for (int i = 0; i < 10; i++) {
            least.asked(START);
        }

        assertEquals(1000, millis(least.next(START, Need.ROUTINE, 3) - START));
    }

    @Test
    void withoutAnAnswerDelaysGrow() {
        long longest = 0;
        for (int i = 0; i < 10; i++) {
            least.began(START, Need.URGENT, 0);
            least.failed(START);
            for (Need need : Need.values()) {
                long delay = least.next(START, need, 0) - START;
                assertTrue(delay <= SECONDS.toNanos(2));
                longest = Math.max(longest, delay);
            }
        }
        assertTrue(longest >= SECONDS.toNanos(1));
        least.succeeded();
        assertTrue(least.next(START, Need.NONE, 0) - START >= SECONDS.toNanos(60));
    }
}
