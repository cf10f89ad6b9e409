package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Topic;

class BroadcastTest {

    @Test
    void everybodySubscribesToTheOneChannel() {
        Broadcast broadcast = Broadcast.ofOneChannel(1000, 32);

        assertEquals(Map.of(new Topic(Topic.Kind.CHANNEL, "broadcast:0"), 1000L), subscribers(broadcast));
        assertEquals(1000L * broadcast.messagesEach(), broadcast.deliveriesPerRound());
    }

    @Test
    void everybodyHasAChannel() {
        Broadcast broadcast = Broadcast.ofChannels(1000, 32);

        Map<Topic, Long> subscribers = subscribers(broadcast);
        assertEquals(1000, subscribers.size());
        assertEquals(1L, subscribers.get(new Topic(Topic.Kind.CHANNEL, "broadcast:999")));
        assertEquals(1000L * broadcast.messagesEach(), broadcast.deliveriesPerRound());
    }

    @Test
    void tenPatternsShareTheSubscribers() {
        Broadcast broadcast = Broadcast.ofPatterns(1000, 32);

        Map<Topic, Long> subscribers = subscribers(broadcast);
        assertEquals(10, subscribers.size());
        assertEquals(100L, subscribers.get(new Topic(Topic.Kind.PATTERN, "broadcast:9:*")));
        assertEquals(1000L * broadcast.messagesEach(), broadcast.deliveriesPerRound());
    }

    private static Map<Topic, Long> subscribers(Broadcast broadcast) {
        return IntStream.range(0, broadcast.subscribers()).mapToObj(broadcast::topic)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
