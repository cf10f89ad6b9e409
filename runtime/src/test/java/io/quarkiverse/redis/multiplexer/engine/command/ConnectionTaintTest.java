package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.StockCodec;

/** A {@link ConnectionTaint}, by hand: each step is a command and its answer, as servers were seen to give it. */
class ConnectionTaintTest {

    private final ConnectionTaint taint = new ConnectionTaint();

    @ParameterizedTest
    @ValueSource(strings = {
            "GET a=$1|b",
            "MULTI=+OK;SET a b=+QUEUED;EXEC=*1|+OK",
            "MULTI=+OK;DISCARD=+OK",
            "WATCH a=+OK;UNWATCH=+OK",
            "WATCH a=+OK;MULTI=+OK;EXEC=*0",
            "WATCH a=+OK;MULTI=+OK;EXEC=*-1",
            "WATCH a=+OK;MULTI=+OK;EXEC=_",
            "WATCH a=+OK;MULTI=+OK;DISCARD=+OK",
            "MULTI=-NOPERM this user has no permissions to run the 'multi' command",
            "WATCH a=-NOPERM this user has no permissions to run the 'watch' command",
            "SELECT 99=-ERR DB index is out of range",
            "SELECT 1=-BUSY Redis is busy running a script.",
            "AUTH x=-WRONGPASS invalid username-password pair or user is disabled.",
            "EXEC=-ERR EXEC without MULTI",
            "DISCARD=-ERR DISCARD without MULTI",
            // Redis 7 and Valkey end the transaction whatever EXEC is refused for.
            "WATCH a=+OK;MULTI=+OK;SET a b=+QUEUED;EXEC=-EXECABORT Transaction discarded because of: BUSY Redis is busy",
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-EXECABORT Transaction discarded because of: OOM command not allowed",
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-EXECABORT Transaction discarded because of: NOPERM this user has",
            "MULTI=+OK;SET a=-ERR wrong number;EXEC=-EXECABORT Transaction discarded because of previous errors.",
            // So do all servers of a cluster if they do not serve the slot of its keys any more.
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-MOVED 15495 127.0.0.1:7002",
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-ASK 15495 127.0.0.1:7002",
            "WATCH a=+OK;MULTI=+OK;SET a b=+QUEUED;EXEC=-CLUSTERDOWN The cluster is down",
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-TRYAGAIN Multiple keys request during rehashing of slot",
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-CROSSSLOT Keys in request don't hash to the same slot",
            // And those that have become replicas, if the client has announced that it follows them.
            "WATCH a=+OK;MULTI=+OK;SET a b=+QUEUED;EXEC=-REDIRECT 127.0.0.1:7002",
            "MULTI=+OK;SELECT 1=+QUEUED;DISCARD=+OK",
            "MULTI=+OK;SELECT 1=+QUEUED;EXEC=*-1",
            "MULTI=+OK;SELECT 1=+QUEUED;EXEC=-EXECABORT Transaction discarded because of previous errors.",
            "CLIENT ID=:7",
            "CLIENT GETNAME=_" })
    void isCleanAfter(String conversation) {
        play(conversation);
        assertTrue(taint.isClean());
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "MULTI=+OK",
            "MULTI=+OK;SET a b=+QUEUED;DISCARD=-NOPERM this user has no permissions to run the 'discard' command",
            // Servers before Redis 7 leave the transaction open if they refuse EXEC for anything but its commands.
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-BUSY Redis is busy running a script.",
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-OOM command not allowed when used memory > 'maxmemory'.",
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-NOPERM this user has no permissions to run the 'exec' command",
            "MULTI=+OK;SET a b=+QUEUED;EXEC=-LOADING Redis is loading the dataset in memory",
            "MULTI=+OK;MULTI=-ERR MULTI calls can not be nested",
            "MULTI=+OK;WATCH a=-ERR WATCH inside MULTI is not allowed",
            "MULTI=+OK;EXEC=*0;MULTI=+OK",
            "WATCH a=+OK",
            "WATCH a=+OK;UNWATCH=-NOPERM this user has no permissions to run the 'unwatch' command",
            "WATCH a=+OK;EXEC=-ERR EXEC without MULTI",
            "WATCH a=+OK;DISCARD=-ERR DISCARD without MULTI",
            "WATCH a=+OK;MULTI=-NOPERM this user has no permissions;EXEC=-ERR EXEC without MULTI",
            "WATCH a=+OK;MULTI=+OK;UNWATCH=+QUEUED",
            "SELECT 1=+OK",
            "SELECT 1=+OK;SELECT 0=+OK",
            "MULTI=+OK;SELECT 1=+QUEUED;EXEC=*1|+OK",
            "MULTI=+OK;CLIENT SETNAME x=+QUEUED;EXEC=*1|+OK",
            "MULTI=+OK;RESET=+RESET",
            "CLIENT SETNAME x=+OK",
            // Nobody here has opened that transaction.
            "BLPOP q 1=+QUEUED",
            "GET a=+QUEUED" })
    void isNotCleanAfter(String conversation) {
        play(conversation);
        assertFalse(taint.isClean());
    }

    @Test
    void aTransactionIsOpenFromItsMultiToItsEnd() {
        play("MULTI=+OK");
        assertTrue(taint.isTransactionOpen());
        play("DISCARD=-NOPERM no");
        assertTrue(taint.isTransactionOpen());
        play("EXEC=*0");
        assertFalse(taint.isTransactionOpen());
    }

    /** Scripts may say anything. */
    @Test
    void whereNobodyElseCanHaveOpenedATransactionNoneIsOpenBecauseOfAQueued() {
        taint.answeredToUs(StateEffect.NONE, reply("+QUEUED"));
        assertTrue(taint.isClean());

        taint.answeredToUs(StateEffect.MULTI, reply("+OK"));
        taint.answeredToUs(StateEffect.CHANGE, reply("+QUEUED"));
        assertTrue(taint.isTransactionOpen());
        taint.answeredToUs(StateEffect.EXEC, reply("*1|+OK"));
        assertFalse(taint.isTransactionOpen());
        assertFalse(taint.isClean(), "What was queued has changed the connection");
    }

    @Test
    void whatIsReadAsAValueIsNotAnAnswerOfTheServer() {
        play("GET a=$6|QUEUED");
        assertTrue(taint.isClean());
    }

    @Test
    void aTransactionInABatchIsAssumedToEnd() {
        for (String request : "WATCH a;MULTI;SELECT 1;DISCARD".split(";")) {
            taint.assumed(StateEffect.of(Commands.request(request)));
        }
        assertTrue(taint.isClean());
    }

    private void play(String conversation) {
        for (String step : conversation.split(";")) {
            int separator = step.indexOf('=');
            taint.answered(StateEffect.of(Commands.request(step.substring(0, separator))),
                    reply(step.substring(separator + 1)));
        }
    }

    private static Response reply(String resp) {
        try {
            byte[] bytes = (resp.replace("|", "\r\n") + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            var replies = StockCodec.parse(bytes);
            assertEquals(1, replies.size());
            return replies.get(0);
        } catch (Exception e) {
            throw new AssertionError(resp, e);
        }
    }
}
