package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Subscriber;

/** What a subscriber gets of messages that are numbered by channel, from 1 on. Thread-safe. */
final class Reception implements Subscriber {

    /** What is told later than this after a gap is not told of that gap. */
    private static final long TELLING_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Messages of a channel that did not come, between two that did. */
    private record Missed(String channel, long count, long lastBefore, long firstAfter) {
    }

    private static final class Channel {

        private long last;
        private long at;
    }

    private final Map<String, Channel> channels = new HashMap<>();
    private final List<Missed> missed = new ArrayList<>();
    private final List<Long> told = new ArrayList<>();
    private long received;
    private long again;

    @Override
    public synchronized void message(String name, String text) {
        long now = System.nanoTime();
        long number = Long.parseLong(text);
        Channel channel = channels.computeIfAbsent(name, first -> new Channel());
        received++;
        if (number <= channel.last) {
            again++;
            return;
        }
        if (number > channel.last + 1 && channel.last > 0) {
            missed.add(new Missed(name, number - channel.last - 1, channel.at, now));
        }
        channel.last = number;
        channel.at = now;
    }

    @Override
    public synchronized void gap() {
        told.add(System.nanoTime());
    }

    synchronized boolean hasGot(String channel, long number) {
        return channels.containsKey(channel) && channels.get(channel).last >= number;
    }

    /** @param limit in milliseconds, between two messages with others missed between them */
    synchronized void judge(Findings findings, long limit) {
        findings.tell("messages received", received);
        findings.atMost("received twice", again, 0);
        findings.tell("gaps", missed.size());
        findings.tell("messages missed", missed.stream().mapToLong(Missed::count).sum());
        findings.tell("longest gap, ms", missed.stream().mapToLong(gap -> gap.firstAfter - gap.lastBefore)
                .map(TimeUnit.NANOSECONDS::toMillis).max().orElse(0));
        findings.atMost("gaps that are longer than " + limit + " ms", missed.stream()
                .filter(gap -> gap.firstAfter - gap.lastBefore > TimeUnit.MILLISECONDS.toNanos(limit)).count(), 0);
        findings.none("gaps that nobody was told of",
                missed.stream().filter(gap -> !isTold(gap)).map(Missed::channel).toList());
    }

    private boolean isTold(Missed gap) {
        return told.stream().anyMatch(at -> at - gap.lastBefore >= 0 && at - gap.firstAfter - TELLING_NANOS <= 0);
    }
}
