package io.quarkiverse.redis.multiplexer.faults;

import java.util.concurrent.CompletableFuture;

/** A user of the client. One thread at a time. */
interface Actor {

    /** Does what is next. Completes when that has ended, or has not within the limit for it; never fails. */
    CompletableFuture<?> act(Tally tally);

    /** How long until it acts again: up to twice {@code mean}, in milliseconds; longer where there is more to do. */
    long pause(int mean);
}
