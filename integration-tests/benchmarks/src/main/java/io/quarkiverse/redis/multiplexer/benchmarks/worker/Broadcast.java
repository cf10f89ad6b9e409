package io.quarkiverse.redis.multiplexer.benchmarks.worker;

import io.quarkiverse.redis.multiplexer.benchmarks.contestants.Topic;
import io.quarkiverse.redis.multiplexer.test.RespClient;

/**
 * What is published, and who subscribes to which part of it: topics that have equally many subscribers, and messages that go
 * to one topic after the other. They are published in rounds, each by a script of the server, so that publishing costs the
 * process that subscribes next to nothing.
 *
 * @param kind what is subscribed to
 * @param topics how many there are
 * @param subscribersEach of a topic
 * @param messagesEach how many messages go to a topic in a round
 * @param bytes of a message
 */
record Broadcast(Topic.Kind kind, int topics, int subscribersEach, int messagesEach, int bytes) {

    private static final String PREFIX = "broadcast:";
    private static final String SCRIPT = """
            for i = 0, tonumber(ARGV[1]) - 1 do
                redis.call('PUBLISH', ARGV[2] .. (i % tonumber(ARGV[3])) .. ARGV[4], ARGV[5])
            end""";

    /** Everybody hears everything. */
    static Broadcast ofOneChannel(int subscribers, int bytes) {
        return new Broadcast(Topic.Kind.CHANNEL, 1, subscribers, 64, bytes);
    }

    /** Everybody hears something else. */
    static Broadcast ofChannels(int subscribers, int bytes) {
        return new Broadcast(Topic.Kind.CHANNEL, subscribers, 1, 4, bytes);
    }

    /** Ten patterns. @param subscribers a multiple of ten */
    static Broadcast ofPatterns(int subscribers, int bytes) {
        return new Broadcast(Topic.Kind.PATTERN, 10, subscribers / 10, 16, bytes);
    }

    int subscribers() {
        return topics * subscribersEach;
    }

    /** What a subscriber subscribes to. */
    Topic topic(int subscriber) {
        return new Topic(kind, PREFIX + subscriber % topics + (kind == Topic.Kind.PATTERN ? ":*" : ""));
    }

    /** How many messages all subscribers together hear in a round. */
    long deliveriesPerRound() {
        return (long) subscribers() * messagesEach;
    }

    /** Publishes one round. */
    void publish(RespClient server) {
        server.call("EVAL", SCRIPT, "0", String.valueOf(topics * messagesEach), PREFIX, String.valueOf(topics),
                kind == Topic.Kind.PATTERN ? ":x" : "", "m".repeat(bytes));
    }
}
