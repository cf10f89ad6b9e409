package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxForTests;
import io.vertx.core.Context;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** How long, how many and how far: what is held at the gate, and what becomes of it. */
@Timeout(60)
class PublishGateLimitsTest extends PublishGateBench {

    /** The method of an event loop for which there is no memory the next time. */
    private final AtomicReference<String> without = new AtomicReference<>("");
    private final Context scarce = scarce();

    /** The caller's context, on an event loop that lacks memory at times. */
    private Context scarce() {
        EventLoop loop = VertxAccess.eventLoop(caller);
        EventLoop lacking = (EventLoop) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { EventLoop.class },
                (proxy, method, arguments) -> {
                    if (without.compareAndSet(method.getName(), "")) {
                        throw new OutOfMemoryError("by hand");
                    }
                    return method.invoke(loop, arguments);
                });
        return VertxForTests.on(lacking, caller);
    }

    @Test
    void nothingWaitsLongerThanTheCommandTimeout() throws Exception {
        gate = gate(options.setCommandTimeout(Duration.ofMillis(50)));
        gate.subscribing(caller, connection);
        gate.subscribing(caller, connection);
        send(caller, Command.PUBLISH, "1");
        send(caller, Command.PUBLISH, "2");
        await(() -> sent.size() == 2);
        assertSent("1", "2");
    }

    @Test
    void whatIsHeldIsBoundedInNumberAndBytes() throws Exception {
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        for (int i = 0; i < 1001; i++) {
            send(caller, Command.PUBLISH, "x");
        }
        assertEquals(1, failures.size());
        assertInstanceOf(BacklogFullException.class, failures.get(0));
        pending.end();
        await(() -> sent.size() == 1000);

        failures.clear();
        sent.clear();
        gate = gate(new MultiplexerOptions().setMaxPendingBytes(4096));
        pending = gate.subscribing(caller, connection);
        for (int i = 0; i < 100; i++) {
            send(caller, Command.PUBLISH, "x");
        }
        assertTrue(failures.size() > 50, "" + failures.size());
        assertTrue(failures.get(0).getMessage().contains("max-pending-bytes"), failures.get(0).getMessage());
        pending.end();
        await(() -> sent.size() + failures.size() == 100);
        sent.clear();
        send(caller, Command.PUBLISH, "y");
        await(() -> sent.size() == 1);
    }

    @Test
    void theEndOfAConnectionComesBehindWhatIsHeldOfIt() throws Exception {
        gate.behind(caller, connection, () -> sent.add("nothing is held"));
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        send(caller, connection, Command.PUBLISH, "1");
        gate.behind(other, connection, () -> sent.add("end"));
        settle();
        assertSent("nothing is held");
        pending.end();
        settle();
        assertSent("nothing is held", "1", "end");
    }

    @Test
    void manyThatAreHeldAreSentInOrderWithoutANest() throws Exception {
        gate = gate(options.setMaxPending(100_000));
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            send(caller, connection, i % 2 == 0 ? Command.PUBLISH : Command.SET, "" + i);
            expected.add("" + i);
        }
        pending.end();
        await(() -> sent.size() == expected.size());
        assertEquals(expected, sent);
    }

    /** @param method of the event loop, which has no memory for what it is given there first */
    @ParameterizedTest
    @ValueSource(strings = { "execute", "schedule" })
    void whatThereIsNoMemoryForKeepsNobodyWaiting(String method) {
        without.set(method);
        PublishGate.Pending pending = gate.subscribing(scarce, connection);
        send(scarce, Command.PUBLISH, "1");
        send(scarce, Command.SET, "2");
        pending.end();
        await(() -> sent.size() == 2);
        assertSent("1", "2");
    }

    @Test
    void whatIsFreeIsSentThoughThereIsNoMemoryForATask() throws Exception {
        PublishGate.Pending pending = gate.subscribing(scarce, connection);
        send(scarce, Command.PUBLISH, "1");
        send(scarce, Command.SET, "2");
        settle();
        without.set("execute");
        pending.end();
        await(() -> sent.size() == 2);
        assertSent("1", "2");
    }

    @Test
    void whoHasClosedIsNotKeptForTheRestOfTheTime() throws Exception {
        gate = gate(options.setCommandTimeout(Duration.ofHours(1)));
        WeakReference<Object> closed = published();
        await(() -> {
            System.gc();
            return closed.get() == null;
        });
    }

    private WeakReference<Object> published() throws Exception {
        Object own = new Object();
        PublishGate.Pending pending = gate.subscribing(caller, own);
        send(caller, own, Command.PUBLISH, "1");
        settle();
        pending.end();
        settle();
        assertSent("1");
        return new WeakReference<>(own);
    }

    @Test
    void whatCannotBeHeldIsToldInItsTurnIfOneLikes() throws Exception {
        gate = gate(options.setMaxPending(1));
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        send(caller, connection, Command.PUBLISH, "1");
        gate.pass(caller, connection, false, new FakeCommand(1), () -> sent.add("2"),
                cause -> gate.behind(caller, connection, () -> failures.add(cause)));
        assertEquals(List.of(), failures);
        pending.end();
        settle();
        assertSent("1");
        assertInstanceOf(BacklogFullException.class, failures.get(0));
    }

    @Test
    void aSendThatThrowsDoesNotKeepTheOthers() throws Exception {
        PublishGate.Pending pending = gate.subscribing(caller, connection);
        FakeCommand command = new FakeCommand(1);
        gate.pass(caller, Request.cmd(Command.PUBLISH), command, () -> {
            throw new AssertionError("on purpose");
        });
        send(caller, Command.PUBLISH, "next");
        pending.end();
        settle();
        assertSent("next");
    }
}
