package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** A {@link BlockCommand}, by hand. */
class BlockCommandTest {

    private final Promise<List<Response>> promise = Promise.promise();
    private final PendingCommand block = block("MULTI", "INCR key", "EXEC", "PING");

    @Test
    void aNodeThatRefusesItBecauseOfItsSlotKeepsNothingOfIt() {
        for (String refusal : List.of("MOVED 12539 other:2", "CLUSTERDOWN The cluster is down",
                "EXECABORT Transaction discarded because of previous errors.")) {
            queue();
            block.takeBack(ErrorType.create(refusal));
            assertFalse(block.leftTrace(), refusal);
        }
        queue();
        assertTrue(block.nextReplyIsLast());
        block.onReply(MultiType.create(0, false));
        assertFalse(block.leftTrace());
        assertTrue(block.isSettled());
    }

    @Test
    void aNodeThatRefusesExecForAnythingElseKeepsTheTransaction() {
        queue();
        block.takeBack(ErrorType.create("LOADING Redis is loading the dataset in memory"));
        assertTrue(block.leftTrace());
    }

    @Test
    void withAWatchItIsSentAgainAsAWhole() {
        PendingCommand watched = block("WATCH key", "GET key", "MULTI", "INCR key", "EXEC");
        assertEquals("a transaction of 2 commands", watched.name());
        watched.onReply(SimpleStringType.OK);
        watched.onReply(ErrorType.create("MOVED 12539 other:2"));
        watched.onReply(SimpleStringType.OK);
        assertFalse(watched.isSingle());
        watched.onReply(ErrorType.create("MOVED 12539 other:2"));
        ErrorType aborted = ErrorType.create("EXECABORT Transaction discarded because of previous errors.");
        assertTrue(watched.isSingle());
        assertEquals("MOVED 12539 other:2", watched.decisive(aborted).getMessage());
        watched.takeBack(aborted);
        assertFalse(watched.leftTrace());
        assertEquals(StateEffect.WATCH, watched.nextEffect());
    }

    @Test
    void whatIsWatchedAndNotReleasedIsATrace() {
        PendingCommand watched = block("WATCH key", "MULTI", "INCR key", "EXEC");
        watched.onReply(SimpleStringType.OK);
        watched.onReply(ErrorType.create("NOPERM this user has no permissions to run the 'multi' command"));
        watched.onReply(SimpleStringType.create("1"));
        watched.onReply(ErrorType.create("ERR EXEC without MULTI"));
        assertTrue(watched.leftTrace());
    }

    @Test
    void whatHasBeenWrittenWhileKeysWereWatchedIsNotSentAgain() {
        PendingCommand watched = block("WATCH key", "INCR key", "MULTI", "INCR key", "EXEC");
        for (int reply = 0; reply < 4; reply++) {
            watched.onReply(SimpleStringType.OK);
        }
        assertTrue(watched.nextReplyIsLast());
        assertFalse(watched.isSingle());
    }

    @Test
    void aScriptThatWasExecutedForWantOfATransactionIsNoReasonToSendItAgain() {
        PendingCommand one = block("MULTI", "EVAL s 0", "EXEC");
        one.onReply(ErrorType.create("NOPERM this user has no permissions to run the 'multi' command"));
        one.onReply(ErrorType.create("MOVED to the archive"));
        ErrorType aborted = ErrorType.create("EXECABORT Transaction discarded because of previous errors.");
        assertSame(aborted, one.decisive(aborted));
    }

    private PendingCommand block(String... requests) {
        return Commands.divided(new BatchCommand(Commands.requests(requests), promise, CommandReport.NONE)).get(0);
    }

    private void queue() {
        assertEquals(StateEffect.MULTI, block.nextEffect());
        block.onReply(SimpleStringType.OK);
        block.onReply(SimpleStringType.create("QUEUED"));
    }
}
