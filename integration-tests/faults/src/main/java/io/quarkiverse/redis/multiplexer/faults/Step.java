package io.quarkiverse.redis.multiplexer.faults;

import java.util.List;
import java.util.stream.Stream;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;

/** What is sent at once, and what its outcome means. Exactly one of the last two methods is called, once. */
interface Step {

    /** One command, or several that are sent as one batch. */
    List<Call> calls();

    /**
     * @param reply the one of a single command; of a batch, the list of them
     * @return whether the reply may be one to this
     */
    boolean acknowledged(Object reply);

    /** @param fate of a batch, {@link Fate#SENT} if that is the fate of any of it */
    void failed(Fate fate);

    default Stream<String> keys() {
        return calls().stream().flatMap(call -> call.keys().stream());
    }
}
