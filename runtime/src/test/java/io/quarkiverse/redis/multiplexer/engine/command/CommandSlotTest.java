package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.StockCodec;

/** The slots of commands, and {@link ServerCommands}, which helps where our table does not know their keys. */
class CommandSlotTest {

    /** As the server sends it, for two commands of modules, one of which has a subcommand. */
    private static final String COMMAND = "*3|"
            + "*6|$7|mod.get|:-2|*1|+readonly|:1|:1|:1|"
            + "*6|$8|mod.many|:-2|*1|+write|:2|:-1|:2|"
            + "*6|$8|mod.moves|:-2|*2|+write|+movablekeys|:1|:1|:1|";

    @ParameterizedTest
    @CsvSource({ "GET foo, 12182", "get {bar}x, 5061", "MGET {bar}a {bar}b bar, 5061", "EVAL script 2 foo {foo}x other, 12182",
            "XREAD STREAMS foo 0, 12182", "SORT foo BY w_*, 12182", "BLPOP foo 0, 12182", "SSUBSCRIBE foo {foo}, 12182",
            "MSET {foo}1 bar {foo}2 bar, 12182" })
    void keysOfOneSlotHaveThat(String request, int slot) {
        assertEquals(slot, single(request).slot(ServerCommands.UNASKED));
    }

    @ParameterizedTest
    @ValueSource(strings = { "PING", "PUBLISH foo bar", "EVAL script 0 foo", "FLUSHALL", "SCAN 0", "SUBSCRIBE foo", "GET",
            "MULTI",
            "SCRIPT LOAD x" })
    void whatHasNoKeyHasNone(String request) {
        assertEquals(Slot.NONE, single(request).slot(ServerCommands.UNASKED));
    }

    @ParameterizedTest
    @ValueSource(strings = { "MGET foo bar", "DEL a b c foo", "EVAL script 2 foo bar", "RENAME foo bar" })
    void keysOfSeveralSlotsAreTold(String request) {
        assertEquals(Slot.SEVERAL, single(request).slot(ServerCommands.UNASKED));
    }

    @ParameterizedTest
    @ValueSource(strings = { "mod.get foo", "NEWER.THAN.US foo", "ft.search index query" })
    void whatNobodyKnowsIsNotKnown(String request) {
        assertEquals(Slot.UNKNOWN, single(request).slot(ServerCommands.UNASKED));
    }

    @Test
    void theServerKnowsItsModules() throws Exception {
        ServerCommands server = ServerCommands.of(reply(COMMAND));
        assertEquals(12182, single("MOD.GET foo").slot(server));
        assertEquals(5061, single("mod.many 1 bar 2 {bar}").slot(server));
        assertEquals(Slot.SEVERAL, single("mod.many 1 bar 2 foo").slot(server));
        assertEquals(Slot.UNKNOWN, single("mod.moves foo").slot(server));
        assertEquals(Slot.UNKNOWN, single("mod.other foo").slot(server));
        assertEquals(12182, single("GET foo").slot(server));
    }

    /** What it says is not trusted: the rest of it counts. */
    @ParameterizedTest
    @ValueSource(strings = { "_", "+OK", "*0", "*1|_", "*1|+OK", "*1|*1|+mod.get", "*1|*6|+mod.get|:1|*0|+x|+y|+z",
            "*1|*6|_|:1|*0|:1|:1|:1", "*1|*6|*0|:1|*0|:1|:1|:1", "*1|*6|+mod.get|:1|_|:1|:1|:1" })
    void whatIsNotUnderstoodIsLeftOut(String answer) throws Exception {
        assertEquals(Slot.UNKNOWN, single("mod.get foo").slot(ServerCommands.of(reply(answer))));
    }

    @Test
    void aCommandWithSubcommandsThatHaveKeysIsNotUnderstood() throws Exception {
        ServerCommands server = ServerCommands.of(reply("*2|"
                + "*10|+mod.a|:-2|*0|:0|:0|:0|*0|*0|*0|*1|*6|+mod.a~x|:3|*0|:2|:2|:1|"
                + "*10|+mod.b|:-2|*0|:0|:0|:0|*0|*0|*0|*1|*6|+mod.b~x|:3|*0|:0|:0|:0|"));
        assertEquals(Slot.UNKNOWN, single("mod.a x foo").slot(server));
        assertEquals(Slot.NONE, single("mod.b x foo").slot(server));
    }

    @ParameterizedTest
    @CsvSource({ "GET foo;SET {foo} 1, 12182", "PING;GET foo;PING, 12182", "MULTI;GET foo;EXEC, 12182", "PING;ECHO foo, -1",
            "GET foo;GET bar, -2", "GET foo;GET bar;GET foo, -2", "GET foo;mod.get foo, -3", "mod.get foo;GET foo, -3" })
    void aBatchHasTheSlotOfAllItsKeys(String requests, int slot) {
        BatchCommand batch = new BatchCommand(Commands.requests(requests.split(";")), Promise.promise(), CommandReport.NONE);
        assertEquals(slot, batch.slot(ServerCommands.UNASKED));
    }

    @ParameterizedTest
    @CsvSource({ "GET foo, 12182", "GET foo;SET {foo} 1, 12182", "GET foo;GET bar, -2", "PING;GET foo, 12182", "GET, -1",
            "MGET foo {foo}, 12182", "mod.get foo, -3", "GET foo;MGET {foo} bar, -2", "BLPOP foo 0, 12182",
            "XREADGROUP GROUP streams c STREAMS foo >, 12182", "mod.get foo;GET foo, -3" })
    void requestsHaveTheSlotOfAllTheirKeys(String requests, int slot) {
        assertEquals(slot, Slot.of(Commands.requests(requests.split(";")), ServerCommands.UNASKED));
    }

    @ParameterizedTest
    @CsvSource({ "mod.get foo, 12182", "MULTI;mod.set foo 1, 12182", "mod.get, -1", "GET bar;mod.get foo, -2",
            "PING;mod.moves foo x, 12182", "mod.many 1 foo, 12182" })
    void whereNobodyTellsTheKeysTheFirstArgumentIsTakenForOne(String requests, int slot) throws Exception {
        ServerCommands guessed = ServerCommands.of(reply(COMMAND)).guessed();
        assertEquals(slot, Slot.of(Commands.requests(requests.split(";")), guessed));
    }

    /** It is looked for before a command is made: whoever has no memory for its bytes learns that then, and not here. */
    @Test
    void requestsAreNotEncodedToHaveTheirSlotFound() {
        byte[] large = new byte[64 * 1024 * 1024];
        System.arraycopy("{foo}".getBytes(StandardCharsets.US_ASCII), 0, large, 0, 5);
        Request request = Request.cmd(Command.MGET);
        for (int i = 0; i < 40; i++) {
            request.arg(large);
        }
        assertThrows(IllegalArgumentException.class, () -> RespEncoder.encode(request));
        assertEquals(12182, Slot.of(List.of(request), ServerCommands.UNASKED));
    }

    @Test
    void whatItsCallerDoesWithAnArgumentLaterChangesNothing() {
        byte[] key = "foo".getBytes(StandardCharsets.US_ASCII);
        SingleCommand command = new SingleCommand(Commands.request("GET").arg(key), Promise.promise(), CommandReport.NONE);
        key[0] = 'x';
        assertEquals(12182, command.slot(ServerCommands.UNASKED));
    }

    private static SingleCommand single(String request) {
        return new SingleCommand(Commands.request(request), Promise.promise(), CommandReport.NONE);
    }

    private static Response reply(String resp) throws Exception {
        return StockCodec.parse(((resp.endsWith("|") ? resp : resp + "|").replace("|", "\r\n").replace('~', '|'))
                .getBytes(StandardCharsets.ISO_8859_1)).get(0);
    }
}
