package io.quarkiverse.redis.multiplexer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link SingleCommand}, and what every {@link PendingCommand} has in common. */
class SingleCommandTest {

    private final List<Object> reports = new ArrayList<>();
    private final Promise<Response> promise = Promise.promise();
    private final SingleCommand read = command("GET key");

    /** Notes what it hears of, and whether it does before the caller. */
    private final class Report implements CommandReport {

        @Override
        public void succeeded(Object reply) {
            assertFalse(promise.future().isComplete(), "The report comes first");
            reports.add(reply == null ? "nothing" : reply);
        }

        @Override
        public void failed(Throwable cause) {
            assertFalse(promise.future().isComplete(), "The report comes first");
            reports.add(cause);
        }
    }

    @Test
    void aReplyCompletesIt() {
        Response reply = SimpleStringType.create("value");

        assertTrue(read.nextReplyIsLast());
        read.onReply(reply);

        assertSame(reply, promise.future().result());
        assertEquals(List.of(reply), reports);
        assertTrue(read.isSettled());
    }

    @Test
    void aNullReplyCompletesIt() {
        read.onReply(null);

        assertTrue(promise.future().succeeded());
        assertNull(promise.future().result());
        assertEquals(List.of("nothing"), reports);
    }

    @Test
    void anErrorOfTheServersFailsItAsItIs() {
        ErrorType error = ErrorType.create("WRONGTYPE not a string");

        read.onReply(error);

        assertSame(error, promise.future().cause());
        assertEquals(List.of(error), reports);
    }

    @Test
    void aLateReplyChangesNothing() {
        Throwable timeout = new IllegalStateException("timed out");
        read.fail(timeout);

        assertTrue(read.nextReplyIsLast(), "It has its place in the queue until then");
        read.onReply(SimpleStringType.OK);
        read.fail(new IllegalStateException("lost"));

        assertSame(timeout, promise.future().cause());
        assertEquals(List.of(timeout), reports);
    }

    @Test
    void aFailureAfterTheReplyChangesNothing() {
        read.onReply(SimpleStringType.OK);
        read.fail(new IllegalStateException("lost"));

        assertSame(SimpleStringType.OK, promise.future().result());
        assertEquals(1, reports.size());
    }

    @Test
    void aReadIsRepeatedOnce() {
        read.markSent();
        assertTrue(read.repeat());
        assertFalse(read.wasSent(), "Not on the new connection");
        read.markSent();
        assertFalse(read.repeat());
        assertTrue(read.wasSent());
    }

    @Test
    void aWriteIsNeverRepeated() {
        for (String request : new String[] { "INCR key", "SET key value", "XREADGROUP GROUP g c STREAMS key >", "X.UNKNOWN" }) {
            SingleCommand write = command(request);
            write.markSent();
            assertFalse(write.repeat(), request);
            assertTrue(write.wasSent(), request);
        }
    }

    @Test
    void whatIsCompleteIsNotRepeated() {
        read.markSent();
        read.fail(new IllegalStateException("timed out"));
        assertFalse(read.repeat());
    }

    @Test
    void aDeadlineMayBeAnywhereOnTheClock() {
        for (long now : new long[] { 0, -5_000, Long.MAX_VALUE - 10, Long.MIN_VALUE, 1_000_000 }) {
            read.deadline = now + 100;
            assertFalse(read.isOverdue(now));
            assertFalse(read.isOverdue(now + 99));
            assertTrue(read.isOverdue(now + 100));
            assertTrue(read.isOverdue(now + 1_000_000));
        }
        read.deadline = PendingCommand.NO_DEADLINE;
        assertFalse(read.isOverdue(Long.MAX_VALUE));
        assertFalse(read.isOverdue(-1));
    }

    @Test
    void itsNameHasNoArguments() {
        assertEquals("set", command("SET key s3cr3t").name());
        assertEquals(1, read.size());
    }

    @Test
    void itIsEncodedWithinItsBound() {
        ByteBuf out = Unpooled.buffer();
        read.encode(out);

        assertEquals("*2\r\n$3\r\nget\r\n$3\r\nkey\r\n", out.toString(StandardCharsets.US_ASCII));
        assertTrue(read.maxEncodedSize() >= out.readableBytes());
    }

    private SingleCommand command(String request) {
        return new SingleCommand(Commands.request(request), promise, new Report());
    }
}
