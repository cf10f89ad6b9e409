package io.quarkiverse.redis.multiplexer.engine.lane;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

import io.netty.channel.EventLoop;

/**
 * Things that live on event loops, one on each {@linkplain LoopHomes home}, made when it is first needed. Looking one up takes
 * no lock. Thread-safe.
 *
 * @param <T> what lives there
 */
public final class PerLoop<T> {

    private final LoopHomes homes;
    private final BiFunction<Integer, EventLoop, T> maker;
    /** Replaced, never changed, so that looking up takes no lock. */
    private volatile Map<EventLoop, T> byLoop = Map.of();
    private final Map<EventLoop, T> byHome = new IdentityHashMap<>();
    private final List<T> made = new ArrayList<>();
    private boolean closed;

    /** @param maker given how many have been made before, and the home */
    public PerLoop(LoopHomes homes, BiFunction<Integer, EventLoop, T> maker) {
        this.homes = homes;
        this.maker = maker;
    }

    /** @return {@code null} if it has not been {@linkplain #make made} for this loop */
    public T get(EventLoop loop) {
        return byLoop.get(loop);
    }

    /** The one for an event loop, made if need be; none if it has not been made before the end. */
    public synchronized Optional<T> make(EventLoop loop) {
        T known = byLoop.get(loop);
        if (known != null || closed) {
            return Optional.ofNullable(known);
        }
        EventLoop home = homes.of(loop);
        T one = byHome.get(home);
        if (one == null) {
            one = maker.apply(made.size(), home);
            byHome.put(home, one);
            made.add(one);
        }
        // With room, so that few loops collide: every command looks here.
        Map<EventLoop, T> extended = new IdentityHashMap<>(8 * (byLoop.size() + 1));
        extended.putAll(byLoop);
        extended.put(loop, one);
        byLoop = extended;
        return Optional.of(one);
    }

    /** Those that have been made, in that order. */
    public synchronized List<T> all() {
        return List.copyOf(made);
    }

    /** From now on, no more are made. @return those that have been */
    public synchronized List<T> close() {
        closed = true;
        return all();
    }
}
