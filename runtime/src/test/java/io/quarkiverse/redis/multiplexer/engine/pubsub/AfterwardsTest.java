package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.engine.command.Guard;

/** What callers and listeners are told, on an event loop that is run by hand. */
class AfterwardsTest {

    /** An error of which nobody can be told. */
    private static final class UnspeakableError extends Error {

        @Override
        public String getMessage() {
            throw this;
        }
    }

    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final Afterwards afterwards = new Afterwards(loop::add);

    @Test
    void whatIsAddedMeanwhileIsToldInATaskOfItsOwn() {
        afterwards.add(() -> {
            afterwards.add(() -> told.add("later"));
            afterwards.run();
            told.add("now");
        });
        afterwards.run();
        assertEquals(List.of("now"), told);
        loop.remove().run();
        assertEquals(List.of("now", "later"), told);
        assertEquals(0, loop.size());
    }

    @Test
    void nobodyMissesAnythingBecauseOfOneWhoFails() {
        afterwards.add(() -> {
            throw new UnspeakableError();
        });
        afterwards.add(() -> told.add("behind"));
        Guard.run("to tell", afterwards::run);
        while (!loop.isEmpty()) {
            loop.remove().run();
        }
        assertEquals(List.of("behind"), told);
        afterwards.add(() -> told.add("later"));
        afterwards.run();
        assertEquals(List.of("behind", "later"), told);
    }
}
