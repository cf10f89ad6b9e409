package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.PartialWriteException;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** {@link BatchFailure}: what a divided batch says of itself when some of it has failed. */
class BatchFailureTest {

    private static final BacklogFullException UNSENT = new BacklogFullException("there are too many");
    private static final ConnectionLostException SENT = new ConnectionLostException("it was lost", true, null);

    private final Promise<List<Response>> promise = Promise.promise();
    private List<PendingCommand> units;

    private void divide(String... requests) {
        units = Commands.divided(new BatchCommand(Commands.requests(requests), promise, CommandReport.NONE));
    }

    private Throwable failure() {
        assertTrue(promise.future().isComplete());
        return promise.future().cause();
    }

    @Test
    void aBatchOfWhichSomethingWasExecutedDoesNotSayThatNothingWasSent() {
        divide("INCR a", "INCR b", "INCR c");
        units.get(1).fail(UNSENT);
        units.get(2).fail(new BacklogFullException("still too many"));
        units.get(0).onReply(SimpleStringType.create("1"));
        PartialWriteException failure = assertInstanceOf(PartialWriteException.class, failure());
        assertTrue(failure.sent());
        assertSame(UNSENT, failure.getCause());
        assertEquals("a batch of 3 commands has been executed in part only, and 2 of them have not been sent: there are too"
                + " many", failure.getMessage());
        assertEquals(List.of(), failure.written());
    }

    @Test
    void anErrorOfTheServerIsAReply() {
        assertTrue(BatchFailure.isFailure(UNSENT));
        assertFalse(BatchFailure.isFailure(ErrorType.create("WRONGTYPE no")));
        assertFalse(BatchFailure.isFailure(null));
    }

    @Test
    void ofSeveralFailuresOneThatWasSentCounts() {
        divide("INCR a", "INCR b", "INCR c");
        units.get(0).fail(UNSENT);
        units.get(1).fail(SENT);
        units.get(2).fail(UNSENT);
        assertSame(SENT, failure());
    }

    @Test
    void aBatchOfWhichNothingWasSentSaysSo() {
        divide("INCR a", "MULTI", "INCR b", "EXEC");
        units.get(1).fail(UNSENT);
        units.get(0).fail(new BacklogFullException("still too many"));
        assertFalse(assertInstanceOf(CommandFailure.class, failure()).sent());
    }

    @ParameterizedTest
    @ValueSource(strings = { "GET a;INCR b", "WATCH a;GET a;UNWATCH;INCR b", "UNWATCH;INCR b" })
    void aBatchThatHasWrittenNothingMayBeSentAgain(String batch) {
        divide(batch.split(";"));
        while (!units.get(0).isSettled()) {
            units.get(0).onReply(SimpleStringType.OK);
        }
        units.get(1).fail(UNSENT);
        assertSame(UNSENT, failure());
    }

    @Test
    void whatAServerHasRefusedWasNotExecuted() {
        divide("INCR a", "MULTI", "INCR b", "EXEC", "INCR c");
        units.get(0).onReply(ErrorType.create("WRONGTYPE no"));
        units.get(1).onReply(SimpleStringType.OK);
        units.get(1).onReply(SimpleStringType.create("QUEUED"));
        units.get(1).onReply(ErrorType.create("EXECABORT Transaction discarded because of: OOM no"));
        units.get(2).fail(UNSENT);
        assertSame(UNSENT, failure());
    }

    @Test
    void aTransactionWasExecutedIfExecWas() {
        divide("MULTI", "INCR b", "EXEC", "INCR c");
        units.get(0).onReply(SimpleStringType.OK);
        units.get(0).onReply(SimpleStringType.create("QUEUED"));
        units.get(0).onReply(MultiType.create(0, false));
        units.get(1).fail(UNSENT);
        assertTrue(assertInstanceOf(PartialWriteException.class, failure()).sent());
    }

    @Test
    void aScriptMayHaveWrittenBeforeItFailed() {
        divide("EVAL s 0", "INCR c");
        units.get(0).onReply(ErrorType.create("ERR of the script"));
        units.get(1).fail(UNSENT);
        assertInstanceOf(PartialWriteException.class, failure());
    }

    @Test
    void whatAScriptAnswersOutsideOfATransactionIsNoWordOfTheServer() {
        divide("EVAL s 0", "INCR c");
        units.get(0).onReply(SimpleStringType.create("QUEUED"));
        units.get(1).fail(UNSENT);
        assertInstanceOf(PartialWriteException.class, failure());
    }

    @Test
    void aScriptThatATransactionHasNotTakenInHasNotWritten() {
        divide("MULTI", "EVAL s 0", "EXEC", "INCR c");
        units.get(0).onReply(SimpleStringType.OK);
        units.get(0).onReply(ErrorType.create("OOM no"));
        units.get(0).onReply(ErrorType.create("EXECABORT Transaction discarded because of previous errors."));
        units.get(1).fail(UNSENT);
        assertSame(UNSENT, failure());
    }

    @Test
    void whateverKeepsItFromTellingTheBatchFails() {
        divide("INCR a", "INCR b");
        units.get(0).onReply(SimpleStringType.create("1"));
        OutOfMemoryError none = new OutOfMemoryError("there is none");
        units.get(1).fail(new UntoldFailure(none));
        assertSame(none, failure());
    }

    private static final class UntoldFailure extends Exception implements CommandFailure {

        private static final long serialVersionUID = 1L;

        private final OutOfMemoryError thrown;

        UntoldFailure(OutOfMemoryError thrown) {
            this.thrown = thrown;
        }

        @Override
        public boolean sent() {
            throw thrown;
        }
    }
}
