package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import io.netty.channel.EventLoop;

/**
 * The event loops on which the lanes of a client live. An event loop is its own home, unless there may be fewer lanes than
 * loops; then those that come later share the homes of those that came first, in turn. All nodes of a client have the same
 * homes. Thread-safe.
 */
public final class LoopHomes {

    private final int limit;
    private final List<EventLoop> homes = new ArrayList<>();
    private final Map<EventLoop, EventLoop> byLoop = new IdentityHashMap<>();

    /** @param limit how many homes there are at most; 0 for as many as loops */
    public LoopHomes(int limit) {
        this.limit = limit;
    }

    /** The home of an event loop, always the same. */
    synchronized EventLoop of(EventLoop loop) {
        EventLoop known = byLoop.get(loop);
        if (known != null) {
            return known;
        }
        boolean own = limit == 0 || homes.size() < limit;
        EventLoop home = own ? loop : homes.get(byLoop.size() % limit);
        if (own) {
            homes.add(loop);
        }
        byLoop.put(loop, home);
        return home;
    }
}
