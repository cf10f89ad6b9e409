package io.quarkiverse.redis.multiplexer.engine.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Free;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Parties.Step;

/**
 * One subscription, a step for each of the parties that it is of. All that its end needs is there from its beginning: that must
 * not fail. Thread-safe.
 */
final class BegunSteps implements PublishGate.Pending {

    private final Parties parties;
    private final List<Step> steps;
    private final Free free = new Free();
    private final Consumer<Free> letGo;

    /**
     * Begins it.
     *
     * @param letGo given what has nothing to wait for after the end
     */
    BegunSteps(Parties parties, List<?> keys, Consumer<Free> letGo) {
        this.parties = parties;
        this.steps = new ArrayList<>(keys.size());
        this.letGo = letGo;
        try {
            keys.forEach(key -> steps.add(parties.begin(key)));
        } catch (Throwable e) {
            end();
            throw e;
        }
    }

    @Override
    public void end() {
        for (int i = 0; i < steps.size(); i++) {
            parties.end(steps.get(i), free);
        }
        letGo.accept(free);
    }
}
