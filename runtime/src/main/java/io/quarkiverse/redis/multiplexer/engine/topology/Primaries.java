package io.quarkiverse.redis.multiplexer.engine.topology;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

import io.vertx.core.net.SocketAddress;

/**
 * The primaries of a cluster that have slots, each with its first one. It is in the place of that slot that they are asked: if
 * another node takes over before they have answered, it is asked in their stead.
 */
final class Primaries {

    private Primaries() {
    }

    /** @param owner of a slot; empty if nobody is known to have it */
    static Map<SocketAddress, Integer> of(IntFunction<Optional<SocketAddress>> owner) {
        Map<SocketAddress, Integer> primaries = new LinkedHashMap<>();
        Optional<SocketAddress> latest = Optional.empty();
        for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
            Optional<SocketAddress> its = owner.apply(slot);
            if (its.isPresent() && !its.equals(latest)) {
                primaries.putIfAbsent(its.get(), slot);
                latest = its;
            }
        }
        return primaries;
    }
}
