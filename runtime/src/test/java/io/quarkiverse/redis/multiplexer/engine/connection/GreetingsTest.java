package io.quarkiverse.redis.multiplexer.engine.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class GreetingsTest {

    private final Greetings greetings = new Greetings("a node", true);

    @Test
    void helloIsTheFirstWord() {
        assertEquals(Greeting.HELLO, greetings.first(0));
    }

    @Test
    void withoutNegotiationItIsNeverSaid() {
        assertEquals(Greeting.PING, new Greetings("a node", false).first(0));
    }

    /** As when the server is being stopped. */
    @Test
    void anEndAtHelloAloneProvesNothing() {
        assertEquals(Optional.of(Greeting.PING_THEN_HELLO), greetings.afterEndAtHello(Greeting.HELLO, 0));
        assertEquals(Greeting.HELLO, greetings.first(0));
    }

    @Test
    void aServerThatAnswersPingAndEndsAtHelloIsGreetedWithoutItForAWhile() {
        assertEquals(Optional.of(Greeting.PING), greetings.afterEndAtHello(Greeting.PING_THEN_HELLO, 0));
        assertEquals(Optional.empty(), greetings.afterEndAtHello(Greeting.PING, 0));
        greetings.succeeded(Greeting.PING);
        assertEquals(Greeting.PING, greetings.first(TimeUnit.MINUTES.toNanos(9)));
        assertEquals(Greeting.PING_THEN_HELLO, greetings.first(TimeUnit.MINUTES.toNanos(11)));
    }

    @Test
    void helloIsTheFirstWordAgainWhenItIsAnsweredAgain() {
        greetings.afterEndAtHello(Greeting.PING_THEN_HELLO, 0);
        greetings.succeeded(Greeting.PING_THEN_HELLO);
        assertEquals(Greeting.HELLO, greetings.first(1));
    }
}
