package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** Which requests a server may leave unanswered, and that none of these ever shares a connection. */
class AnsweringTest {

    @ParameterizedTest
    @ValueSource(strings = { "AUTH x", "AUTH x y", "auth x", "HELLO 3 AUTH x y", "hello 3 setname n auth x y" })
    void loginsAreAnsweredUnlessTheyAreRefused(String request) {
        assertEquals(Answering.UNLESS_REFUSED, Answering.of(Commands.request(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "SHUTDOWN", "shutdown NOSAVE", "QUIT", "MONITOR", "SYNC", "PSYNC ? -1", "REPLCONF capa eof",
            "DEBUG SEGFAULT", "DEBUG RESTART", "debug sleep 1" })
    void theseEndTheServerOrGoOnDifferently(String request) {
        assertEquals(Answering.PERHAPS, Answering.of(Commands.request(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "CLIENT REPLY OFF", "client reply skip", "REPLCONF ACK 0", "REPLCONF GETACK *" })
    void theseAreNotAnswered(String request) {
        assertEquals(Answering.NEVER, Answering.of(Commands.request(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "HELLO", "HELLO 3", "HELLO 3 SETNAME x", "CLIENT REPLY ON", "CLIENT REPLY", "CLIENT", "RESET",
            "GET auth",
            "SET client off", "CLIENT KILL ID 1", "CLIENT NO-TOUCH on", "FAILOVER", "SCRIPT KILL", "FUNCTION KILL" })
    void allElseIs(String request) {
        assertEquals(Answering.ALWAYS, Answering.of(Commands.request(request)));
    }

    @Test
    void noCommandThatMayBeLeftUnansweredSharesAConnection() {
        Set<Route> notShared = Set.of(Route.CONNECTION_STATE, Route.NOWHERE);
        int unsure = 0;
        for (Command command : Commands.ofVertx()) {
            for (List<String> arguments : List.of(List.<String> of(), List.of("reply", "off"), List.of("3", "auth", "x", "y"),
                    List.of("ack"))) {
                Request request = Request.cmd(command);
                arguments.forEach(request::arg);
                if (Answering.of(request) != Answering.ALWAYS) {
                    unsure++;
                    assertTrue(notShared.contains(Route.of(request)), command + " " + arguments);
                    assertTrue(notShared.contains(Route.of(List.of(Request.cmd(Command.PING), request))),
                            command + " " + arguments);
                }
            }
        }
        assertTrue(unsure > 20, unsure + " requests");
    }
}
