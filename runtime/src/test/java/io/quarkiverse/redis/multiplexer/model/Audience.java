package io.quarkiverse.redis.multiplexer.model;

import static io.quarkiverse.redis.multiplexer.RealRedis.request;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.test.DaemonThread;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Subscribers, and one who publishes numbered messages past the client and the proxy. */
final class Audience {

    private static final int SUBSCRIBERS = 4;
    private static final List<String> CHANNELS = List.of("channel:0", "channel:1");
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private record Arrival(long number, long at) {
    }

    private static final class Subscriber {
        final String channel;
        final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
        final Queue<String> problems = new ConcurrentLinkedQueue<>();
        volatile long latest;

        Subscriber(String channel) {
            this.channel = channel;
        }

        void take(Response message) {
            String kind = message.get(0).toString();
            if (!kind.equals("message") && !kind.equals("pmessage")) {
                return;
            }
            String[] body = message.get(message.size() - 1).toString().split("#");
            if (!message.get(message.size() - 2).toString().equals(channel) || !body[0].equals(channel)) {
                problems.add("a message of another channel: " + message);
                return;
            }
            latest = Long.parseLong(body[1]);
            arrivals.add(new Arrival(latest, System.nanoTime()));
        }
    }

    private final World world;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private volatile boolean stopping;
    /** Those that are known to have been published on every channel. */
    private final NavigableSet<Long> published = new ConcurrentSkipListSet<>(Set.of(0L));
    private volatile long attempts;

    Audience(World world) {
        this.world = world;
        for (int i = 0; i < SUBSCRIBERS; i++) {
            // Two of them have the same channel, and one has a pattern.
            Subscriber subscriber = new Subscriber(CHANNELS.get(i / 2));
            RedisConnection connection = RealRedis.eventually(world.redis()::connect);
            connection.handler(subscriber::take);
            connection.exceptionHandler(failure -> subscriber.problems.add("failed: " + failure));
            connection.endHandler(end -> subscriber.problems.add("ended, though the client did not"));
            boolean pattern = i == SUBSCRIBERS - 1;
            Request subscribe = request(pattern ? Command.PSUBSCRIBE : Command.SUBSCRIBE,
                    pattern ? subscriber.channel.replace("l:", "l*:") : subscriber.channel);
            RealRedis.eventually(() -> connection.send(subscribe).map(subscribe));
            subscribers.add(subscriber);
        }
    }

    void start() {
        DaemonThread.start("publisher", () -> {
            while (!stopping) {
                try (RespClient client = world.server().client()) {
                    while (!stopping) {
                        publish(client);
                        LockSupport.parkNanos(PERIOD_NANOS);
                    }
                } catch (RuntimeException e) {
                    // Its connection was killed, or the server is busy: it goes on with another one.
                    LockSupport.parkNanos(PERIOD_NANOS);
                }
            }
        });
    }

    private void publish(RespClient client) {
        long number = ++attempts;
        for (String channel : CHANNELS) {
            client.call("PUBLISH", channel, channel + "#" + number);
        }
        published.add(number);
    }

    /** When all faults are over: every subscription comes into force again. */
    void settle() {
        long begun = attempts;
        RealRedis.awaitUntil(() -> subscribers.stream().allMatch(subscriber -> subscriber.latest > begun));
    }

    /** When nobody else uses the client any more: no message is lost. */
    void end() {
        stopping = true;
        RealRedis.awaitUntil(() -> {
            long last = published.last();
            return subscribers.stream().allMatch(subscriber -> subscriber.latest >= last);
        });
    }

    /** What has been wrong. A message may be missing if connections ended then. */
    List<String> problems(Faults faults) {
        List<String> all = new ArrayList<>();
        for (Subscriber subscriber : subscribers) {
            subscriber.problems.forEach(problem -> all.add("a subscriber of " + subscriber.channel + " " + problem));
            long last = 0;
            long lastAt = System.nanoTime();
            for (Arrival arrival : subscriber.arrivals) {
                if (arrival.number <= last) {
                    all.add("message " + arrival.number + " of " + subscriber.channel + " came after " + last);
                } else if (last > 0 && !published.subSet(last, false, arrival.number, false).isEmpty()
                        && !faults.mayHaveEndedConnections(lastAt, arrival.at)) {
                    all.add("messages of " + subscriber.channel + " between " + last + " and " + arrival.number
                            + " were lost while no connection was");
                }
                last = arrival.number;
                lastAt = arrival.at;
            }
        }
        return all;
    }
}
