package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
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
    void aReportThatThrowsKeepsNothingFromItsCaller() {
        CommandReport throwing = new CommandReport() {
            @Override
            public void succeeded(Object reply) {
                throw new OutOfMemoryError("by hand");
            }

            @Override
            public void failed(Throwable cause) {
                throw new OutOfMemoryError("by hand");
            }
        };
        Response reply = SimpleStringType.create("value");
        assertThrows(OutOfMemoryError.class,
                () -> new SingleCommand(Commands.request("GET key"), promise, throwing).onReply(reply));
        assertSame(reply, promise.future().result());

        Promise<Response> failed = Promise.promise();
        Throwable cause = new IllegalStateException("gone");
        new SingleCommand(Commands.request("GET key"), failed, throwing).fail(cause);
        assertSame(cause, failed.future().cause());

        Promise<List<Response>> batch = Promise.promise();
        assertThrows(OutOfMemoryError.class,
                () -> new BatchCommand(Commands.requests("GET key"), batch, throwing).onReply(reply));
        assertEquals(List.of(reply), batch.future().result());
    }

    @Test
    void withoutMemoryForItsFailureItFailsByThat() {
        read.failBy(one -> {
            throw new OutOfMemoryError("by hand");
        });
        assertTrue(promise.future().cause() instanceof OutOfMemoryError);
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
            read.mustEndBy(now + 100);
            assertFalse(read.isOverdue(now));
            assertFalse(read.isOverdue(now + 99));
            assertTrue(read.isOverdue(now + 100));
            assertTrue(read.isOverdue(now + 1_000_000));
        }
        read.mayTakeForEver();
        assertFalse(read.isOverdue(Long.MAX_VALUE));
        assertFalse(read.isOverdue(-1));
    }

    @Test
    void itsNameHasNoArguments() {
        assertEquals("set", command("SET key s3cr3t").name());
        assertEquals(1, read.size());
    }

    @Test
    void itIsEncodedWhenItIsMade() {
        byte[] value = "value".getBytes(StandardCharsets.US_ASCII);
        SingleCommand set = new SingleCommand(Request.cmd(Command.SET).arg("key").arg(value), promise, new Report());
        Arrays.fill(value, (byte) 'x');

        String encoded = "*3\r\n$3\r\nset\r\n$3\r\nkey\r\n$5\r\nvalue\r\n";
        assertEquals(1, set.parts());
        assertEquals(encoded, new String(set.part(0), StandardCharsets.US_ASCII));
        assertEquals(encoded.length(), set.encodedSize());
        assertEquals(List.of("key", "value"),
                set.arguments().stream().map(argument -> new String(argument, StandardCharsets.US_ASCII)).toList());
    }

    @Test
    void whatItsCallerThrowsStaysWithTheCaller() {
        promise.future().onComplete(result -> {
            throw new StackOverflowError("not ours");
        });

        read.onReply(SimpleStringType.OK);

        assertTrue(promise.future().succeeded());
    }

    @Test
    void itsBytesAreGivenBackOnce() {
        PendingBytes bytes = PendingBytes.atMost(1000);
        assertTrue(bytes.reserve(1000));
        assertFalse(bytes.reserve(1));
        read.countIn(bytes);

        read.fail(new IllegalStateException("timed out"));
        read.onReply(SimpleStringType.OK);

        assertTrue(bytes.reserve(read.bytes()));
        assertFalse(bytes.reserve(1));
    }

    @Test
    void aQuestionOfOursIsNeverRepeated() {
        SingleCommand ping = SingleCommand.ownQuestion(Commands.request("PING"), promise);
        ping.markSent();
        assertFalse(ping.repeat());
    }

    @Test
    void readsOfTheSameKeyHaveTheSameFingerprint() {
        int fingerprint = command("LRANGE key 0 -1").fingerprint();
        assertEquals(fingerprint, command("LRANGE key 0 1").fingerprint());
        assertNotEquals(fingerprint, command("LRANGE other 0 -1").fingerprint());
        assertNotEquals(fingerprint, command("GET key").fingerprint());
        assertNotEquals(0, command("DBSIZE").fingerprint());
        assertNotEquals(command("PING").fingerprint(), command("DBSIZE").fingerprint());
    }

    /** Of a long argument only the beginning is looked at. */
    @Test
    void aFingerprintCostsNoMoreForALongArgument() {
        byte[] argument = new byte[1024];
        int fingerprint = fingerprint(argument);
        argument[1023] = 1;
        assertEquals(fingerprint, fingerprint(argument));
        argument[0] = 1;
        assertNotEquals(fingerprint, fingerprint(argument));
        assertNotEquals(fingerprint, fingerprint(new byte[1025]));
    }

    private int fingerprint(byte[] argument) {
        return new SingleCommand(Request.cmd(Command.GET).arg(argument), promise, new Report()).fingerprint();
    }

    private SingleCommand command(String request) {
        return new SingleCommand(Commands.request(request), promise, new Report());
    }

    @Test
    void aPartIsInThePlaceThatItIsGiven() {
        SingleCommand whole = new SingleCommand(Commands.request("DBSIZE"), Promise.promise(), CommandReport.NONE);
        SingleCommand part = whole.part(whole.part(0), 17, Promise.promise());
        SingleCommand question = SingleCommand.at(18, Commands.request("CLUSTER NODES"), Promise.promise());

        assertEquals(Slot.NONE, Commands.slot(whole));
        assertEquals(17, Commands.slot(part));
        assertEquals(18, Commands.slot(question));
        assertTrue(part instanceof PlacedCommand);
        assertEquals("dbsize", part.name());
    }

    @Test
    void whoReadsTheValuesOfKeysAndNothingElseMayBeAnsweredByAReplica() {
        for (String words : List.of("GET k", "MGET k l", "EXISTS k", "XREAD STREAMS s 0", "EVAL_RO s 1 k", "SORT_RO k",
                "XPENDING s g")) {
            assertTrue(command(words).mayReadCopy(), words);
        }
        for (String words : List.of("SET k v", "GETEX k", "EVAL s 1 k", "TOUCH k", "DBSIZE", "SCAN 0", "KEYS *", "PING", "INFO",
                "RANDOMKEY", "SORT k", "WATCH k", "FT.SEARCH i q", "NOBODY.KNOWS k", "XREADGROUP GROUP g c STREAMS s 0",
                "OBJECT IDLETIME k", "object freq k", "XINFO CONSUMERS s g", "HSCAN k 0", "SSCAN k 0", "zscan k 0")) {
            assertFalse(command(words).mayReadCopy(), words);
        }
    }

    @Test
    void aPartMayBeAnsweredByWhoMayAnswerTheWholeAndWhatIsAskedOnTheWayByThePrimaryOnly() {
        assertTrue(command("MGET k l").part(new byte[0], 1, promise).mayReadCopy());
        assertFalse(command("DBSIZE").part(new byte[0], 1, promise).mayReadCopy());
        assertFalse(SingleCommand.at(1, Request.cmd(Command.GET).arg("k"), promise).mayReadCopy());
    }
}
