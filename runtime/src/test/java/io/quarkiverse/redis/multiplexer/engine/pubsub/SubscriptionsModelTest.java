package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.pubsub.SubscriptionKind.Change;
import io.vertx.core.Future;

/**
 * Connections that subscribe and unsubscribe at random, through a hub whose server answers late, refuses, and loses the
 * connection at any point. Each of them must be told exactly what a server would tell it that it had to itself.
 */
class SubscriptionsModelTest {

    private static final String[] NAMES = { "a", "b", "c", "d", "secret" };

    /** One call, and what a server of its own would make of it. */
    private record Call(Change change, List<String> names, Future<Void> result) {
    }

    private static final class Connection {
        final FakeHub.Client client;
        final List<Call> calls = new ArrayList<>();
        boolean closed;

        Connection(FakeHub.Client client) {
            this.client = client;
        }

        void call(Random random) {
            Change change = random.nextInt(3) > 0 ? Change.SUBSCRIBE : Change.UNSUBSCRIBE;
            int count = change == Change.SUBSCRIBE ? 1 + random.nextInt(3) : random.nextInt(3);
            String[] names = random.ints(count, 0, NAMES.length).mapToObj(i -> NAMES[i]).toArray(String[]::new);
            Future<Void> result = change == Change.SUBSCRIBE ? client.subscribe(names) : client.unsubscribe(names);
            calls.add(new Call(change, List.of(names), result));
        }

        /** What the handler must have heard, if the calls had these results one after the other. */
        List<String> expected(Set<String> subscribed) {
            List<String> expected = new ArrayList<>();
            for (Call call : calls) {
                if (call.result.failed()) {
                    if (call.change == Change.UNSUBSCRIBE) {
                        subscribed.removeAll(call.names.isEmpty() ? Set.copyOf(subscribed) : call.names);
                    }
                    continue;
                }
                List<String> names = call.names;
                if (call.change == Change.UNSUBSCRIBE && names.isEmpty()) {
                    names = subscribed.isEmpty() ? List.of("null") : List.copyOf(subscribed);
                }
                for (String name : names) {
                    if (call.change == Change.SUBSCRIBE) {
                        subscribed.add(name);
                    } else {
                        subscribed.remove(name);
                    }
                    expected.add((call.change + " " + name + " ").toLowerCase() + subscribed.size());
                }
            }
            return expected;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8 })
    void everybodyIsToldWhatAServerOfItsOwnWouldTell(int seed) {
        for (int round = 0; round < 150; round++) {
            run(new Random(seed * 1_000L + round), seed * 1_000 + round);
        }
    }

    private void run(Random random, int seed) {
        FakeHub hub = new FakeHub(new MultiplexerOptions());
        hub.forbidden.add("secret");
        boolean faults = random.nextBoolean();
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            connections.add(new Connection(hub.connect()));
        }
        for (int step = 0; step < 60; step++) {
            Connection connection = connections.get(random.nextInt(connections.size()));
            hub.thrown = faults && random.nextInt(20) == 0 ? new OutOfMemoryError("on purpose") : null;
            switch (random.nextInt(faults ? 12 : 8)) {
                case 0, 1, 2 -> {
                    if (!connection.closed) {
                        connection.call(random);
                    }
                }
                case 3, 4, 5 -> answerOne(hub);
                case 6 -> hub.runTimers();
                case 7 -> {
                    if (hub.unanswered() > 0 && random.nextInt(4) == 0) {
                        hub.refuse("BUSY Redis is busy");
                    }
                }
                case 8 -> hub.reconnect();
                case 9 -> hub.endByServer(NAMES[random.nextInt(NAMES.length)]);
                case 10 -> {
                    if (random.nextInt(6) == 0) {
                        hub.expire();
                    }
                }
                default -> {
                    if (random.nextInt(10) == 0) {
                        connection.closed = true;
                        connection.client.close();
                    }
                }
            }
        }
        hub.thrown = null;
        for (int i = 0; i < 200 && (hub.unanswered() > 0 || hub.timers() > 0); i++) {
            hub.confirmAll();
            hub.runTimers();
        }
        check(hub, connections, "seed " + seed);
    }

    private static void answerOne(FakeHub hub) {
        if (hub.unanswered() > 0) {
            hub.answer();
        }
    }

    private static void check(FakeHub hub, List<Connection> connections, String run) {
        assertFalse(hub.isOutOfOrder(), run);
        assertTrue(hub.subscriptions.isEmpty() || hub.subscriptions.wanted() > 0, run);
        Set<String> wanted = new TreeSet<>();
        for (Connection connection : connections) {
            connection.calls.forEach(call -> assertTrue(call.result.isComplete(), run + ": " + call));
            Set<String> subscribed = new LinkedHashSet<>();
            List<String> expected = connection.expected(subscribed);
            if (connection.closed) {
                assertEquals(expected.subList(0, connection.client.heard().size()), connection.client.heard(), run);
            } else {
                assertEquals(expected, connection.client.heard(), run);
                wanted.addAll(subscribed);
            }
        }
        assertEquals(List.copyOf(wanted), hub.inForce(), run);
        assertEquals(wanted.size(), hub.subscriptions.wanted(), run);
    }
}
