package io.quarkiverse.redis.multiplexer.engine.lane;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** {@link PerLoop} and {@link LoopHomes}. */
class PerLoopTest {

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(4));
    private final List<EventLoop> loops = VertxAccess.eventLoops(vertx);

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void eachLoopIsItsOwnHomeIfThereMayBeAsManyAsLoops() {
        PerLoop<String> things = new PerLoop<>(new LoopHomes(0), (index, home) -> "thing " + index);
        assertNull(things.get(loops.get(0)));
        for (EventLoop loop : loops) {
            assertSame(things.make(loop).orElseThrow(), things.get(loop));
        }
        assertEquals(List.of("thing 0", "thing 1", "thing 2", "thing 3"), things.all());
    }

    @Test
    void loopsShareWhatThereMayBeFewerOfAndAllThingsHaveTheSameHomes() {
        LoopHomes homes = new LoopHomes(2);
        PerLoop<EventLoop> first = new PerLoop<>(homes, (index, home) -> home);
        PerLoop<EventLoop> second = new PerLoop<>(homes, (index, home) -> home);
        loops.forEach(first::make);
        for (int i = loops.size() - 1; i >= 0; i--) {
            assertSame(first.get(loops.get(i)), second.make(loops.get(i)).orElseThrow());
        }
        assertEquals(loops.subList(0, 2), first.all());
        assertNotSame(first.get(loops.get(2)), first.get(loops.get(3)));
    }

    @Test
    void noneIsMadeAfterTheEnd() {
        PerLoop<String> things = new PerLoop<>(new LoopHomes(0), (index, home) -> "thing");
        things.make(loops.get(0));
        assertEquals(List.of("thing"), things.close());
        assertEquals(Optional.of("thing"), things.make(loops.get(0)));
        assertEquals(Optional.empty(), things.make(loops.get(1)));
    }
}
