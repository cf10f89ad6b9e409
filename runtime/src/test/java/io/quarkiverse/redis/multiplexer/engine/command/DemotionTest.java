package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.StockCodec;
import io.vertx.redis.client.impl.types.ErrorType;

/** What servers were seen to answer when they had become replicas, and what only looks like it. */
class DemotionTest {

    private static final String READONLY = "READONLY You can't write against a read only replica.";

    @ParameterizedTest
    @ValueSource(strings = {
            READONLY,
            READONLY + " script: caeeee01384f6b04384c56d69c27aa65287fb306, on @user_script:1.",
            "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -" + READONLY,
            "EXECABORT Transaction discarded because of: " + READONLY,
            "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)" })
    void isTold(String error) throws Exception {
        for (String request : new String[] { "SET a 1", "EVAL s 0", "BLPOP a 0" }) {
            assertTrue(Demotion.toldBy(command(request), reply("-" + error)).isPresent(), request);
        }
        assertTrue(Demotion.toldBy(command("EXEC"), reply("*2|+OK|-" + error)).isPresent(), "In a transaction");
    }

    @ParameterizedTest
    @ValueSource(strings = { "-ERR unknown command 'READONLY'", "-UNBLOCKED client unblocked via CLIENT UNBLOCK", "_", "*-1",
            "-EXECABORT Transaction discarded because of previous errors.", "+READONLY", "$9|READONLY " })
    void isNotTold(String answer) throws Exception {
        assertFalse(Demotion.toldBy(command("SET a 1"), reply(answer)).isPresent());
        assertFalse(Demotion.toldBy(command("EXEC"), reply("*1|" + answer)).isPresent());
    }

    @Test
    void isNotToldByWhatAScriptMakesOfTheCode() throws Exception {
        assertFalse(Demotion.toldBy(command("EVAL s 0"), reply("-READONLY account")).isPresent());
        assertFalse(Demotion.toldBy(command("EXEC"), reply("*2|+OK|-READONLY account")).isPresent());
        assertTrue(Demotion.toldBy(command("SET a 1"), reply("-READONLY said a proxy")).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = { "UNBLOCKED client unblocked via CLIENT UNBLOCK", READONLY, "ERR instance state changed" })
    void isNotWhatHasUnblockedACommand(String error) {
        assertNotEquals(ServerError.UNBLOCKED_AS_REPLICA, ServerError.of(ErrorType.create(error)));
    }

    private static PendingCommand command(String request) {
        return new SingleCommand(Commands.request(request), Promise.promise(), CommandReport.NONE);
    }

    private static Response reply(String resp) throws Exception {
        return StockCodec.parse((resp.replace("|", "\r\n") + "\r\n").getBytes(StandardCharsets.ISO_8859_1)).get(0);
    }
}
