package io.quarkiverse.redis.multiplexer.engine.connection;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

/**
 * Remembers how one node is to be greeted. Most servers that do not know HELLO answer it with an error, which is nothing to
 * remember. Some proxies end the connection instead, as a server does that is just being stopped. So the next connection is
 * used to tell one from the other: it is greeted with PING first, and with HELLO then. If it ends at HELLO, too, the node is
 * greeted without HELLO for a while.
 * <p>
 * Thread-safe.
 */
final class Greetings {

    private static final Logger LOG = Logger.getLogger("io.quarkiverse.redis.multiplexer");

    /** Then HELLO is tried again: another server may be behind that address. */
    private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final String subject;
    private final boolean negotiate;
    private boolean withoutHello;
    private long withoutHelloSince;

    /**
     * @param subject what logs call the node
     * @param negotiate whether HELLO may be used at all
     */
    Greetings(String subject, boolean negotiate) {
        this.subject = subject;
        this.negotiate = negotiate;
    }

    /** How to greet on the first attempt. */
    synchronized Greeting first(long now) {
        if (!negotiate) {
            return Greeting.PING;
        }
        if (!withoutHello) {
            return Greeting.HELLO;
        }
        return now - withoutHelloSince < RETRY_NANOS ? Greeting.PING : Greeting.PING_THEN_HELLO;
    }

    /** The server has ended the connection when it was told HELLO. @return how to greet it on the next attempt, now */
    synchronized Optional<Greeting> afterEndAtHello(Greeting tried, long now) {
        switch (tried) {
            case HELLO:
                return Optional.of(Greeting.PING_THEN_HELLO);
            case PING_THEN_HELLO:
                if (!withoutHello) {
                    LOG.infof("%s ends connections that start with HELLO, and is greeted without it from now on, in RESP2."
                            + " With quarkus.redis.protocol-negotiation=false that need not be found out.", subject);
                }
                withoutHello = true;
                withoutHelloSince = now;
                return Optional.of(Greeting.PING);
            default:
                return Optional.empty();
        }
    }

    /** The greeting was answered. */
    synchronized void succeeded(Greeting greeting) {
        if (greeting != Greeting.PING) {
            withoutHello = false;
        }
    }
}
