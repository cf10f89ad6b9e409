package io.quarkiverse.redis.multiplexer.engine.dedicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;

/** {@link DeadlineWatch} and its timer, on an event loop that may have no memory for one. */
class DeadlineWatchTimerTest {

    private final HandCommands hand = new HandCommands();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> events = new ArrayList<>();
    private final Error none = new OutOfMemoryError("by hand");
    private boolean scarce;
    private long now;
    private final DeadlineWatch watch = new DeadlineWatch(hand.server.connection, loop(), hand.failures, () -> now,
            () -> events.add("afterwards"));

    private EventLoop loop() {
        channel.freezeTime();
        return (EventLoop) Proxy.newProxyInstance(EventLoop.class.getClassLoader(), new Class<?>[] { EventLoop.class },
                (proxy, method, arguments) -> onLoop(method, arguments));
    }

    private Object onLoop(Method method, Object[] arguments) throws Throwable {
        if (scarce && method.getName().equals("schedule")) {
            throw none;
        }
        try {
            return method.invoke(channel.eventLoop(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @AfterEach
    void stop() throws Exception {
        watch.end();
        hand.stop();
    }

    @Test
    void whoIsToGoOnIsToldAfterCommandsHaveFailed() {
        FakeCommand first = new FakeCommand(1);
        watch.begin(first, 10);
        FakeCommand second = new FakeCommand(2);
        watch.begin(second, 5);
        assertTrue(watch.areAwaited());
        pass(5);
        assertEquals(1, second.taken.get());
        assertEquals(List.of("afterwards"), events);
        pass(5);
        assertEquals(1, first.taken.get());
        assertFalse(watch.areAwaited());
    }

    @Test
    void whereThereWasNoMemoryForATimerLaterDeadlinesAreWatched() {
        FakeCommand late = new FakeCommand(1);
        watch.begin(late, 10);
        scarce = true;
        assertSame(none, assertThrows(Error.class, () -> watch.begin(new FakeCommand(2), 5)));
        scarce = false;
        FakeCommand next = new FakeCommand(3);
        watch.begin(next, 7);
        pass(7);
        assertEquals(1, next.taken.get());
        pass(3);
        assertEquals(1, late.taken.get());
    }

    @Test
    void theTimerThatThereIsGoesOnWhereThereIsNoMemoryForAnEarlierOne() {
        FakeCommand late = new FakeCommand(1);
        watch.begin(late, 10);
        FakeCommand early = new FakeCommand(2);
        scarce = true;
        assertSame(none, assertThrows(Error.class, () -> watch.begin(early, 5)));
        pass(10);
        assertEquals(1, early.taken.get());
        assertEquals(1, late.taken.get());
    }

    @Test
    void withoutMemoryForWordsAllThatAreOverdueFailAndOthersAreWatched() {
        FakeCommand unnamed = new FakeCommand(1);
        unnamed.unnamed = Optional.of(none);
        FakeCommand overdue = new FakeCommand(2);
        FakeCommand next = new FakeCommand(3);
        watch.begin(unnamed, 5);
        watch.begin(overdue, 5);
        watch.begin(next, 10);
        pass(5);
        assertEquals(1, unnamed.taken.get());
        assertEquals(1, overdue.taken.get());
        pass(5);
        assertEquals(1, next.taken.get());
    }

    private void pass(long nanos) {
        now += nanos;
        channel.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }
}
