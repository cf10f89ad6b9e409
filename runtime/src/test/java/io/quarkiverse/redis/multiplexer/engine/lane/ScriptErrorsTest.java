package io.quarkiverse.redis.multiplexer.engine.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.command.BatchCommand;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopBench.Sent;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** Errors that scripts make themselves, on a {@link Lane}: they are their callers', and nobody else notices. */
class ScriptErrorsTest extends LaneByHand {

    @ParameterizedTest
    @ValueSource(strings = { "EVAL s 1 k", "EVALSHA s 1 k", "EVAL_RO s 1 k", "EVALSHA_RO s 1 k", "FCALL f 1 k",
            "FCALL_RO f 1 k" })
    void whatBeginsLikeTheErrorOfAServerIsTheCallersAtOnce(String script) throws Exception {
        HandSocket server = connect();
        long expected = 0;
        for (String error : List.of("BUSY lock is taken", "LOADING the cart", "MASTERDOWN call somebody", "READONLY account")) {
            List<Sent> sent = send(script, "GET k");
            assertEquals(List.of(script, "GET k"), taken(server));
            bench.say(server, "-" + error + ";+value;");
            assertEquals(error, assertInstanceOf(ErrorType.class, sent.get(0).failure()).getMessage());
            assertEquals("value", sent.get(1).reply());
            assertEquals(++expected, lane.status().failures().errors());
        }
        assertTrue(server.isOpen());
        assertEquals(List.of(), taken(server), "Nothing is sent again");
        assertEquals(List.of(), demotions);
        assertEquals(0, lane.status().retries());
    }

    @Test
    void aScriptInABatchGivesNoConnectionUp() throws Exception {
        HandSocket server = connect();
        Promise<List<Response>> promise = Promise.promise();
        PendingCommand batch = new BatchCommand(Commands.requests("GET a", "EVAL s 0", "GET b"), promise, CommandReport.NONE);
        bench.run(() -> lane.submit(batch));
        bench.say(server, "+a;-LOADING the cart;+b;");
        assertEquals("ERR [1] LOADING the cart", promise.future().cause().getMessage());
        assertTrue(server.isOpen());
        send("GET c");
        assertEquals("GET c", taken(server).get(3), "On the same connection");
    }

    @Test
    void aScriptThatABusyServerHasNotExecutedIsSentAgain() throws Exception {
        HandSocket server = connect();
        Sent script = send("EVAL s 0").get(0);
        taken(server);
        bench.say(server, "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.;");
        assertFalse(script.isComplete());
        awaitSent(server, "EVAL s 0");
        bench.say(server, "+done;");
        assertEquals("done", script.reply());
    }

    @Test
    void aReplicaIsToldOfWhenAScriptFindsOut() throws Exception {
        HandSocket server = connect();
        Sent script = send("EVAL s 0").get(0);
        bench.say(server, "-READONLY You can't write against a read only replica. script: f_1, on @user_script:1.;");
        assertInstanceOf(ErrorType.class, script.failure());
        assertEquals(1, demotions.size());
    }
}
