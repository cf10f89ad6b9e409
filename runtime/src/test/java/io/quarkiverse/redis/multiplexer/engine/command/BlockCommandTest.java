package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** A {@link BlockCommand}, by hand. */
class BlockCommandTest {

    private final Promise<List<Response>> promise = Promise.promise();
    private final PendingCommand block = new BatchCommand(List.of(Request.cmd(Command.MULTI),
            Request.cmd(Command.INCR).arg("key"), Request.cmd(Command.EXEC), Request.cmd(Command.PING)), promise,
            CommandReport.NONE).units().get(0);

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

    private void queue() {
        assertEquals(StateEffect.MULTI, block.nextEffect());
        block.onReply(SimpleStringType.OK);
        block.onReply(SimpleStringType.create("QUEUED"));
    }
}
