package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ReplyRefusedException;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.StockCodec;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** The replies of a {@link BatchCommand}, which fails as the stock client's batches do. */
class BatchCommandTest {

    private final List<Object> reports = new ArrayList<>();
    private final Promise<List<Response>> promise = Promise.promise();
    private final BatchCommand batch = command("GET a", "GET b", "GET c");

    private final class Report implements CommandReport {

        @Override
        public void succeeded(Object reply) {
            reports.add(reply);
        }

        @Override
        public void failed(Throwable cause) {
            reports.add(cause);
        }
    }

    @Test
    void repliesComeInTheOrderOfTheRequests() {
        Response first = SimpleStringType.create("1");
        Response last = NumberType.create(3);

        assertFalse(takesLast(batch, first));
        assertFalse(takesLast(batch, null));
        assertFalse(promise.future().isComplete());
        assertTrue(takesLast(batch, last));

        assertEquals(Arrays.asList(first, null, last), promise.future().result());
        assertEquals(List.of(Arrays.asList(first, null, last)), reports);
    }

    @Test
    void oneErrorFailsTheBatchAfterAllOfItIsAnswered() {
        assertFalse(takesLast(batch, SimpleStringType.OK));
        assertFalse(takesLast(batch, ErrorType.create("ERR no such key")));
        assertFalse(promise.future().isComplete());
        assertTrue(takesLast(batch, SimpleStringType.OK));

        assertEquals("ERR [1] no such key", failure().getMessage());
        assertTrue(failure().is("ERR"));
        assertEquals(List.of(failure()), reports);
    }

    @Test
    void everyErrorIsToldWithItsIndex() {
        batch.onReply(ErrorType.create("WRONGTYPE not a string"));
        batch.onReply(SimpleStringType.OK);
        batch.onReply(ErrorType.create("ERR ERR twice"));

        assertEquals("ERR [0] WRONGTYPE not a string" + System.lineSeparator() + "ERR [2] ERR twice", failure().getMessage());
    }

    @Test
    void aRefusedReplyFailsTheBatchAfterAllOfItIsAnswered() {
        Throwable refusal = new ReplyRefusedException("too deep", null);
        assertFalse(takesLast(batch, ErrorType.create("ERR no such key")));
        batch.onDroppedReply(refusal);
        assertFalse(promise.future().isComplete());
        assertTrue(takesLast(batch, SimpleStringType.OK));

        assertSame(refusal, promise.future().cause());
        assertEquals(List.of(refusal), reports);
    }

    @Test
    void aRefusedReplyEndsATransactionAsAnyOther() {
        BatchCommand transaction = command("MULTI", "INCR a", "EXEC");
        transaction.onReply(SimpleStringType.OK);
        transaction.onReply(SimpleStringType.create("QUEUED"));
        assertTrue(transaction.leftTrace());
        transaction.onDroppedReply(new ReplyRefusedException("too deep", null));

        assertFalse(transaction.leftTrace());
    }

    /** The reply to EXEC has the errors of its commands as elements; the batch as such has none. */
    @Test
    void anErrorWithinAReplyDoesNotFailTheBatch() throws Exception {
        BatchCommand transaction = command("MULTI", "INCR a", "EXEC");
        Response exec = StockCodec.parse("*1\r\n-WRONGTYPE x\r\n".getBytes(StandardCharsets.US_ASCII)).get(0);

        transaction.onReply(SimpleStringType.OK);
        transaction.onReply(SimpleStringType.create("QUEUED"));
        transaction.onReply(exec);

        assertSame(exec, promise.future().result().get(2));
    }

    @Test
    void lateRepliesAreCountedAndDropped() {
        Throwable timeout = new IllegalStateException("timed out");
        batch.onReply(SimpleStringType.OK);
        batch.fail(timeout);

        assertFalse(takesLast(batch, ErrorType.create("ERR late")));
        assertTrue(takesLast(batch, SimpleStringType.OK), "Only then it leaves the queue");
        assertSame(timeout, promise.future().cause());
        assertEquals(List.of(timeout), reports);
    }

    @Test
    void aRepeatedBatchForgetsTheRepliesOfTheLostConnection() {
        batch.onReply(ErrorType.create("LOADING Redis is loading"));
        batch.onReply(SimpleStringType.create("old"));

        assertTrue(batch.repeat());
        for (int i = 0; i < 3; i++) {
            assertEquals(i == 2, takesLast(batch, NumberType.create(i)));
        }

        assertEquals("[0, 1, 2]", promise.future().result().toString());
    }

    @Test
    void aScriptThatSaysQueuedHasOpenedNoTransaction() {
        BatchCommand scripts = command("EVAL script 0", "GET a");
        scripts.onReply(SimpleStringType.create("QUEUED"));
        scripts.onReply(SimpleStringType.OK);
        assertFalse(scripts.leftTrace());

        BatchCommand open = new BatchCommand(Commands.requests("MULTI", "GET a"), Promise.promise(), new Report());
        open.onReply(SimpleStringType.OK);
        open.onReply(SimpleStringType.create("QUEUED"));
        assertTrue(open.leftTrace());
    }

    @Test
    void onlyABatchOfReadsIsRepeated() {
        assertTrue(command("GET a", "MGET b c").isReadOnly());
        assertFalse(command("GET a", "INCR b").isReadOnly());
        assertFalse(command("MULTI", "GET a", "EXEC").isReadOnly());
    }

    @Test
    void itIsEncodedWhenItIsMadeAndNamedWithoutArguments() {
        assertEquals("*2\r\n$3\r\nget\r\n$1\r\na\r\n*2\r\n$3\r\nget\r\n$1\r\nb\r\n*2\r\n$3\r\nget\r\n$1\r\nc\r\n",
                bytes(batch));
        assertEquals(1, batch.parts());
        assertEquals(3, batch.size());
        assertEquals("a batch of 3 commands", batch.name());
    }

    @Test
    void itsBytesAreInPartsOfWholeRequestsHoweverLargeTheyAre() {
        SplittableRandom random = new SplittableRandom(5);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            requests.add(Request.cmd(Command.SET).arg("key" + i).arg(new byte[random.nextInt(10) == 0 ? 100_000 : 1000]));
        }
        BatchCommand large = new BatchCommand(requests, promise, new Report());
        TouchedKeys keys = new TouchedKeys();
        large.addKeysTo(keys);

        assertEquals(requests.stream().map(request -> new String(StockCodec.encode(request), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining()), bytes(large));
        assertEquals(bytes(large).length(), large.encodedSize());
        assertTrue(large.parts() > 30 && large.parts() < 300, large.parts() + " parts");
        for (int i = 0; i < 300; i++) {
            assertTrue(keys.conflictsWith(TouchedKeys.of(command("GET key" + i))));
        }
        assertFalse(keys.conflictsWith(TouchedKeys.of(command("GET key300"))));
    }

    private static String bytes(PendingCommand command) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < command.parts(); i++) {
            bytes.append(new String(command.part(i), StandardCharsets.ISO_8859_1));
        }
        return bytes.toString();
    }

    private ErrorType failure() {
        return assertInstanceOf(ErrorType.class, promise.future().cause());
    }

    private BatchCommand command(String... requests) {
        return new BatchCommand(Commands.requests(requests), promise, new Report());
    }

    /** Gives the command its next reply; returns whether it said that this was the last one. */
    private static boolean takesLast(PendingCommand command, Response reply) {
        boolean last = command.nextReplyIsLast();
        command.onReply(reply);
        return last;
    }
}
