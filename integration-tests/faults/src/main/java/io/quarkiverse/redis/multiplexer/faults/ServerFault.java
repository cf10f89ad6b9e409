package io.quarkiverse.redis.multiplexer.faults;

import java.time.Duration;
import java.util.Optional;

/** What can go wrong with servers of which one takes another's place. */
interface ServerFault {

    String name();

    /** Whether commands have to wait for it to be over. */
    boolean interrupts();

    /**
     * Whether writes that were acknowledged may be gone, because no other server had got them: those that were begun before it
     * was over, or within so much time after that.
     */
    Optional<Duration> undoes();

    /**
     * How long after the strike commands may fail of it.
     *
     * @param outage how long it took the servers themselves
     */
    Duration longest(Profile profile, Duration outage);
}
