package io.quarkiverse.redis.multiplexer.engine.topology;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.settings.Backoff;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.topology.Suspicion.Need;
import io.vertx.redis.client.RedisReplicas;

/**
 * How soon a cluster is asked about itself. All times are on the clock of {@link System#nanoTime()}.
 * <ul>
 * <li>With nothing to doubt: 60 to 90 s after the last time.
 * <li>When replicas are read from, which no redirect tells of: 1 to 1.5 s after something has changed, as replicas may follow
 * a little later; then after twice as long, and so on.
 * <li>When redirects name new owners, which commands follow at once: not before the configured time is over since the last
 * time, and only if no more than two questions were asked within 10 s. As three answers are enough, that makes at most five
 * questions in any 10 s, besides those that have not been answered.
 * <li>While commands wait for an answer, as for the successor of a primary that is gone: every 250 to 500 ms; after half a
 * minute every 2.5 to 5 s.
 * <li>After nobody has answered: with growing delays.
 * </ul>
 * All of it is spread by chance, and the more, the more shards there are, as many clients ask for the same reason.
 */
final class RefreshPace {

    private static final long SELDOM = TimeUnit.SECONDS.toNanos(60);
    private static final long URGENT = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long URGENT_FOR_LONG = TimeUnit.SECONDS.toNanos(5);
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);
    private static final long BUDGET_WINDOW = TimeUnit.SECONDS.toNanos(10);
    private static final int BUDGET_BEFORE = 2;
    private static final long PER_SHARD = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long MOST_FOR_SHARDS = TimeUnit.SECONDS.toNanos(10);

    private static final long FIRST_LOOK_AT_REPLICAS = TimeUnit.SECONDS.toNanos(1);

    private final long distance;
    /** At rest, after something has changed. */
    private final long firstRest;
    private final Backoff backoff;
    private final LongUnaryOperator random;
    /** The last questions that nobody waited for. */
    private final Deque<Long> budget = new ArrayDeque<>();
    private boolean hasBegun;
    private long lastBegin;
    private long urgentSince;
    private Need lastNeed = Need.NONE;
    private int failuresInARow;
    private long notBefore;
    /** With nothing to doubt, from the last survey that begins to the next, at least. */
    private long rest = SELDOM;
    private long seldomAt;
    private long urgentAt;

    /**
     * @param distance between two surveys at least, if commands do not wait for them
     * @param replicas whether they are read from
     * @param backoff after nobody has answered
     * @param random a number from 0 on and below the one given
     */
    RefreshPace(Duration distance, RedisReplicas replicas, Backoff backoff, LongUnaryOperator random) {
        this.distance = distance.toNanos();
        this.firstRest = replicas == RedisReplicas.NEVER ? SELDOM : FIRST_LOOK_AT_REPLICAS;
        this.backoff = backoff;
        this.random = random;
    }

    static RefreshPace of(ClientSettings settings, LongUnaryOperator random) {
        long ttl = Math.min(settings.redis().getTopologyCacheTTL(), MultiplexerOptions.LONGEST_TIMEOUT.toMillis());
        return new RefreshPace(Duration.ofMillis(ttl), settings.redis().getUseReplicas(), settings.backoff(), random);
    }

    /** When to ask next. @param shards how many are known */
    long next(long now, Need need, int shards) {
        if (!hasBegun) {
            return now;
        }
        if (failuresInARow > 0) {
            return notBefore;
        }
        return switch (need) {
            case NONE -> latest(seldomAt, budgetFreeAt(now));
            case ROUTINE -> earliest(seldomAt,
                    latest(latest(now, lastBegin + distance), budgetFreeAt(now)) + below(spread(shards) + 1));
            case URGENT -> latest(now, urgentAt);
        };
    }

    /** A survey begins. */
    void began(long now, Need need, int shards) {
        if (need == Need.URGENT && lastNeed != Need.URGENT) {
            urgentSince = now;
        }
        hasBegun = true;
        lastNeed = need;
        lastBegin = now;
        long interval = need == Need.URGENT && now - urgentSince >= LONG ? URGENT_FOR_LONG : URGENT;
        interval = Math.max(interval, spread(shards));
        urgentAt = now + interval - below(interval / 2 + 1);
        rest = Math.min(SELDOM, 2 * rest);
        planRest();
    }

    private void planRest() {
        seldomAt = lastBegin + rest + below(rest / 2 + 1);
    }

    /** The survey that began last has told something new. */
    void changed() {
        rest = firstRest;
        planRest();
    }

    /** A node is asked. */
    void asked(long now) {
        if (lastNeed != Need.URGENT) {
            budget.addLast(now);
        }
    }

    void succeeded() {
        failuresInARow = 0;
    }

    /** Nothing is to be doubted any more: what is urgent from now on has not been so for long. */
    void calmed() {
        lastNeed = Need.NONE;
    }

    /** Nobody has answered. */
    void failed(long now) {
        notBefore = now + TimeUnit.MILLISECONDS.toNanos(backoff.delayMillis(++failuresInARow));
    }

    private long budgetFreeAt(long now) {
        while (!budget.isEmpty() && budget.peekFirst() + BUDGET_WINDOW - now <= 0) {
            budget.removeFirst();
        }
        int tooMany = budget.size() - BUDGET_BEFORE;
        return tooMany <= 0 ? now
                : budget.stream().skip(tooMany - 1L).findFirst().orElseThrow() + BUDGET_WINDOW;
    }

    private static long spread(int shards) {
        return Math.min(MOST_FOR_SHARDS, shards * PER_SHARD);
    }

    private long below(long bound) {
        return random.applyAsLong(bound);
    }

    private static long latest(long one, long other) {
        return one - other > 0 ? one : other;
    }

    private static long earliest(long one, long other) {
        return one - other < 0 ? one : other;
    }
}
