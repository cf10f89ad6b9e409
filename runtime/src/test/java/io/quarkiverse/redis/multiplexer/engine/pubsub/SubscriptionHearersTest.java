package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link SubscriptionHearers}, {@link LatestMessages} and {@link Subscriber}: who hears what, in which order. */
class SubscriptionHearersTest {

    /** What they consist of has no state that is not told by what is heard. */
    static final List<Class<?>> PARTS = List.of(LatestMessages.class, SubscriptionHearers.class);

    private static final int STEPS = 20_000;

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final FanOut fanOut = new FanOut(loop::add);

    /** Somebody, and what the test says that they must have heard. */
    private static final class Hearer implements Subscriber.Messages {

        private final Subscriber subscriber = new Subscriber(this);
        private final Map<Integer, Subscription> hears = new HashMap<>();
        private final List<MessageRun> runs = new ArrayList<>();
        private final List<String> heard = new ArrayList<>();
        private final List<String> expected = new ArrayList<>();

        @Override
        public void add(Response message) {
            heard.add(message.toString());
        }

        @Override
        public void add(MessageRun run, Deliveries deliveries) {
            runs.add(run);
            Subscriber.Messages.super.add(run, deliveries);
        }

        @Override
        public void confirm(Response confirmation) {
            throw new IllegalStateException("nobody asks");
        }

        @Override
        public void fail(Throwable cause) {
            heard.add(cause.getMessage());
        }

        @Override
        public void end() {
            throw new IllegalStateException("nobody ends");
        }
    }

    private static Subscription channel(int number) {
        return new Subscription(SubscriptionKind.CHANNEL, "channel " + number);
    }

    private static Hearer hearer(Subscription... subscriptions) {
        Hearer hearer = new Hearer();
        for (Subscription subscription : subscriptions) {
            hearer.subscriber.startHearing(subscription);
        }
        return hearer;
    }

    private static SubscriptionCall leaving(Subscriber subscriber, String name) {
        return new SubscriptionCall(subscriber, SubscriptionKind.CHANNEL, SubscriptionKind.Change.UNSUBSCRIBE, List.of(name), 0,
                Promise.promise(), () -> {
                });
    }

    private void say(Subscription subscription, String message) {
        fanOut.add(subscription.hearers(), SimpleStringType.create(message));
    }

    private void endTurn() {
        while (!loop.isEmpty()) {
            loop.remove().run();
        }
    }

    @Test
    void thoseWhoHearTheSameShareIt() {
        Subscription one = channel(1);
        Subscription other = channel(2);
        Hearer first = hearer(one);
        Hearer second = hearer(one);
        Hearer ofBoth = hearer(one, other);
        say(one, "a");
        say(other, "b");
        say(one, "c");
        endTurn();
        assertEquals(List.of("a", "c"), first.heard);
        assertSame(first.runs.get(0), second.runs.get(0));
        assertNotSame(first.runs.get(0), ofBoth.runs.get(0));
        assertEquals(List.of("a", "b", "c"), ofBoth.heard);
    }

    @Test
    void whoComesHearsNothingOfWhatHasBeenSaidAndWhoGoesAllOfIt() {
        Subscription one = channel(1);
        Hearer first = hearer(one);
        say(one, "a");
        Hearer second = hearer(one);
        say(one, "b");
        first.subscriber.leave(leaving(first.subscriber, "channel 1"));
        say(one, "c");
        endTurn();
        assertEquals(List.of("a", "b"), first.heard);
        assertEquals(List.of("b", "c"), second.heard);
    }

    /** They come and go, hear one or several, have gaps and end, in the middle of turns: each hears its own, in order. */
    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5 })
    void eachHearsExactlyItsOwnInOrder(long seed) {
        Random random = new Random(seed);
        List<Subscription> channels = List.of(channel(0), channel(1), channel(2));
        List<Hearer> hearers = new ArrayList<>();
        List<Hearer> gone = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int channel = random.nextInt(channels.size());
            Subscription subscription = channels.get(channel);
            Hearer some = hearers.isEmpty() ? hearer() : hearers.get(random.nextInt(hearers.size()));
            switch (random.nextInt(16)) {
                case 0 -> endTurn();
                case 1 -> {
                    some.hears.put(channel, subscription);
                    some.subscriber.startHearing(subscription);
                }
                case 2 -> {
                    some.hears.remove(channel);
                    some.subscriber.leave(leaving(some.subscriber, subscription.name));
                }
                case 3 -> {
                    if (hearers.size() < 12) {
                        hearers.add(hearer());
                    } else {
                        hearers.remove(some);
                        // What has not been handed over ends with the connection.
                        endTurn();
                        some.subscriber.detach(new IllegalStateException("over"));
                        gone.add(some);
                    }
                }
                case 4 -> {
                    some.subscriber.fail(new IllegalStateException("gap " + step));
                    some.expected.add("gap " + step);
                }
                default -> {
                    String message = "message " + step;
                    say(subscription, message);
                    hearers.stream().filter(hearer -> hearer.hears.containsKey(channel))
                            .forEach(hearer -> hearer.expected.add(message));
                }
            }
        }
        endTurn();
        gone.addAll(hearers);
        gone.forEach(hearer -> assertEquals(hearer.expected, hearer.heard));
    }
}
