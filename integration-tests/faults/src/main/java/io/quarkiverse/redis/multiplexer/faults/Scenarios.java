package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.quarkiverse.redis.multiplexer.test.RespClient;

/** One fault at a time, and how long a client takes to get over it. {@code null} is how a duration says never. */
final class Scenarios {

    private static final String CHANNEL = "news";
    private static final int LONGEST_OUTAGE_MILLIS = 1500;

    private final ClientKind kind;
    private final Profile profile;
    private final SplittableRandom random;

    Scenarios(ClientKind kind, Profile profile, SplittableRandom random) {
        this.kind = kind;
        this.profile = profile;
        this.random = random;
    }

    /**
     * The server is killed under load, and started again.
     *
     * @return the longest time from the server being ready to every caller having succeeded, in milliseconds
     */
    Long recovery() throws InterruptedException {
        try (Arena arena = new Arena(kind, profile); Pulse pulse = new Pulse(arena, profile, new Ledger())) {
            long longest = 0;
            for (int i = 0; i < profile.restarts(); i++) {
                arena.server().kill();
                pause(Duration.ofMillis(1 + random.nextInt(LONGEST_OUTAGE_MILLIS)));
                arena.server().run();
                Long recovered = pulse.recoveredAfter(System.nanoTime(), profile.patience());
                if (recovered == null) {
                    return null;
                }
                longest = Math.max(longest, recovered);
            }
            return longest;
        }
    }

    /** @return the time from all connections going silent to every caller having succeeded on others, in milliseconds */
    Long halfOpen() throws InterruptedException {
        try (Arena arena = new Arena(kind, profile); Pulse pulse = new Pulse(arena, profile, new Ledger())) {
            arena.proxy().halfOpen();
            return pulse.recoveredAfter(System.nanoTime(), profile.patience());
        }
    }

    /**
     * What a busy server costs.
     *
     * @param connectionsDropped of those that there were before
     * @param failures of commands that had the time to be answered
     */
    record Busy(int connectionsDropped, long failures) {
    }

    /** The server sleeps, and reads nothing. */
    Busy asleep() throws InterruptedException {
        return busy("DEBUG", "SLEEP", String.valueOf(profile.busy().toSeconds()));
    }

    /** The server runs a script. After {@code busy-reply-threshold}, 5 seconds by default, it answers BUSY to all else. */
    Busy longScript() throws InterruptedException {
        return busy(busyScript(profile.busy().toMillis()));
    }

    /** A script that does nothing, and takes its time for it. */
    static String[] busyScript(long millis) {
        return new String[] { "EVAL", "local function now() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end"
                + " local t = now() + ARGV[1] while now() < t do end return 1", "0", String.valueOf(millis) };
    }

    private Busy busy(String... command) throws InterruptedException {
        try (Arena arena = new Arena(kind, profile);
                RespClient busy = arena.admin();
                RespClient observer = arena.admin();
                Pulse pulse = new Pulse(arena, profile, new Ledger())) {
            Set<String> before = connectionIds(observer);
            long failures = pulse.failures();
            busy.call(command);
            Long recovered = pulse.recoveredAfter(System.nanoTime(), profile.patience());
            failures = recovered == null ? -1 : pulse.failures() - failures;
            before.removeAll(connectionIds(observer));
            return new Busy(before.size(), failures);
        }
    }

    private static Set<String> connectionIds(RespClient observer) {
        return observer.connections().stream().map(line -> line.substring(0, line.indexOf(' '))).collect(Collectors.toSet());
    }

    /**
     * The connection with a subscription is lost in every way.
     *
     * @return the longest time from a message being possible again to one being received, in milliseconds
     */
    Long resubscription() {
        List<Loss> losses = List.of(arena -> {
            arena.server().kill();
            arena.server().run();
        }, arena -> arena.proxy().reset(), arena -> arena.proxy().garbage(), arena -> {
            try (RespClient admin = arena.admin()) {
                admin.call("CLIENT", "KILL", "TYPE", "pubsub");
            }
        });
        long longest = 0;
        for (Loss loss : losses) {
            Long taken = resubscription(loss, profile.patience().dividedBy(2));
            if (taken == null) {
                return null;
            }
            longest = Math.max(longest, taken);
        }
        return longest;
    }

    /** @return the time from the connection of a subscription going silent to a message being received, in milliseconds */
    Long halfOpenSubscription() {
        return resubscription(arena -> arena.proxy().halfOpen(), profile.patience());
    }

    private interface Loss {
        void strike(Arena arena);
    }

    private Long resubscription(Loss loss, Duration patience) {
        try (Arena arena = new Arena(kind, profile)) {
            AtomicLong lastMessage = new AtomicLong();
            arena.contestant().subscribe(CHANNEL, () -> lastMessage.set(System.nanoTime()));
            loss.strike(arena);
            long start = System.nanoTime();
            try (RespClient publisher = arena.admin()) {
                while (lastMessage.get() - start <= 0) {
                    if (System.nanoTime() - start > patience.toNanos()) {
                        return null;
                    }
                    publisher.call("PUBLISH", CHANNEL, "message");
                    pause(Duration.ofMillis(5));
                }
            }
            return TimeUnit.NANOSECONDS.toMillis(lastMessage.get() - start);
        }
    }

    private static void pause(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }
}
