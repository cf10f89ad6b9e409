package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.core.Context;

/** Streams and contexts by hand. */
class DeliveriesTest {

    private final HandContext one = new HandContext();
    private final HandContext other = new HandContext();
    private final Deliveries deliveries = new Deliveries();
    /** The names of streams, once for each message that they have handed over. */
    private final List<String> handed = new ArrayList<>();
    private final List<String> undelivered = new ArrayList<>();
    /** The names of streams that fail once. */
    private final List<String> failing = new ArrayList<>();

    private final class Stream implements Deliveries.Delivering {

        private final String name;
        private final HandContext where;
        private int waiting;

        Stream(String name, HandContext where, int waiting) {
            this.name = name;
            this.where = where;
            this.waiting = waiting;
        }

        @Override
        public Context context() {
            return where.context;
        }

        @Override
        public void undelivered() {
            undelivered.add(name);
        }

        @Override
        public int deliver(int max) {
            if (failing.remove(name)) {
                throw new OutOfMemoryError("by hand");
            }
            int count = Math.min(max, waiting);
            waiting -= count;
            handed.addAll(Collections.nCopies(count, name));
            return count;
        }
    }

    private void add(String name, HandContext where, int waiting) {
        deliveries.add(new Stream(name, where, waiting));
    }

    @Test
    void aContextIsToldOnceHoweverManyStreamsItHas() {
        add("a", one, 1);
        add("b", one, 2);
        add("c", one, 1);
        assertEquals(0, one.waiting());

        deliveries.begin();
        assertEquals(1, one.waiting());
        assertEquals(List.of(), handed);

        one.runOne();
        assertEquals(List.of("a", "b", "b", "c"), handed);
        assertEquals(0, one.waiting());
    }

    @Test
    void eachContextHasItsOwn() {
        add("a", one, 1);
        add("b", other, 1);
        add("c", one, 1);
        deliveries.begin();

        other.runOne();
        assertEquals(List.of("b"), handed);
        one.runOne();
        assertEquals(List.of("b", "a", "c"), handed);
    }

    @Test
    void whatIsBegunIsNotBegunAgain() {
        add("a", one, 1);
        deliveries.begin();
        deliveries.begin();
        assertEquals(1, one.waiting());
    }

    @Test
    void othersOnTheEventLoopGetATurnAndSoDoOtherStreams() {
        add("a", one, Deliveries.MAX_PER_TURN + 10);
        add("b", one, 5);
        deliveries.begin();

        one.runOne();
        assertEquals(Collections.nCopies(Deliveries.MAX_PER_TURN, "a"), handed);
        assertEquals(1, one.waiting());

        handed.clear();
        one.runOne();
        List<String> expected = new ArrayList<>(Collections.nCopies(5, "b"));
        expected.addAll(Collections.nCopies(10, "a"));
        assertEquals(expected, handed);
        assertEquals(0, one.waiting());
    }

    @Test
    void aStreamWithExactlyATurnsWorthIsAskedOnceMore() {
        add("a", one, Deliveries.MAX_PER_TURN);
        deliveries.begin();

        one.runOne();
        assertEquals(1, one.waiting(), "it may have more, and relies on being asked");
        one.runOne();
        assertEquals(Deliveries.MAX_PER_TURN, handed.size());
        assertEquals(0, one.waiting());
    }

    @Test
    void whatAContextCannotBeToldOfIsLeftToTheNextMessageAndIsNobodyElses() {
        add("a", one, 1);
        add("b", one, 1);
        add("c", other, 1);
        one.failOnce();
        deliveries.begin();

        assertEquals(List.of("a", "b"), undelivered);
        other.runOne();
        assertEquals(List.of("c"), handed);
        assertEquals(0, one.waiting());
    }

    @Test
    void aStreamThatFailsHasItsTurnAgainBehindTheOthers() {
        add("a", one, 1);
        add("b", one, 1);
        failing.add("a");
        deliveries.begin();

        assertThrows(OutOfMemoryError.class, one::runOne);
        one.runOne();
        assertEquals(List.of("b", "a"), handed);
        assertEquals(List.of(), undelivered);
        assertEquals(0, one.waiting());
    }

    @Test
    void theEndOfAContextIsNobodyElses() {
        add("a", one, 1);
        add("b", other, 1);
        one.end();
        deliveries.begin();

        other.runOne();
        assertEquals(List.of("b"), handed);
    }
}
