package io.quarkiverse.redis.multiplexer.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** How long, how many and how far: what is held at the gate, and what becomes of it. */
@Timeout(60)
class PublishGateLimitsTest extends PublishGateBench {

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
