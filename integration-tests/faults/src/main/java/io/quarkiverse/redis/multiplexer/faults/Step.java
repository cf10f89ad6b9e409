package io.quarkiverse.redis.multiplexer.faults;

import io.quarkiverse.redis.multiplexer.faults.Contestant.Fate;
import io.quarkiverse.redis.multiplexer.faults.Contestant.Verb;

/** One command, and what its outcome means. Exactly one of the two methods is called, once. */
interface Step {

    Verb verb();

    String[] arguments();

    /** @return whether the reply may be one to this command */
    boolean acknowledged(Object reply);

    void failed(Fate fate);
}
