package io.quarkiverse.redis.multiplexer.faults.acceptance;

import java.util.Optional;

/** What a client of several servers is held to: one idea, tried on real servers, with figures and their limits. */
interface AcceptanceTest {

    /** As it is called on the command line: {@code A1}, or {@code A1-stop} for one of several that belong together. */
    String name();

    /** In words, for the report. */
    String idea();

    /** Why it can't be tried with this client or this server, if it can't. */
    default Optional<String> obstacle(Ground ground) {
        return Optional.empty();
    }

    void run(Ground ground, Findings findings) throws Exception;
}
