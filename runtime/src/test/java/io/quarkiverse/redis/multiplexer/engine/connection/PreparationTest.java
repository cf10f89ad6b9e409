package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

class PreparationTest {

    /** Nobody who could do anything before a database is selected. */
    private static final Handshake.Observer NOBODY = new Handshake.Observer() {
        @Override
        public void onRefusedHello() {
            throw new AssertionError();
        }

        @Override
        public void onIdentity(ServerIdentity identity) {
            throw new AssertionError();
        }

        @Override
        public void onStrangeAnswer() {
            throw new AssertionError();
        }
    };

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final HandSocket server = new HandSocket(context,
            new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions()), new RecordingOwner());

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void nothingWaitsForTheAnswerToAnythingElse() throws Exception {
        Future<Void> outcome = prepare(Optional.of(7), ConnectionRole.READ_ONLY);
        assertEquals(List.of("SELECT 7", "READONLY", "PING"), onLoop(server::takeSent));
        say("+OK;+OK;");
        assertFalse(outcome.isComplete());
        say("+PONG;");
        assertTrue(outcome.succeeded());
    }

    @Test
    void withoutADatabaseAndARoleThereIsOnlyPing() throws Exception {
        prepare(Optional.empty(), ConnectionRole.PLAIN);
        assertEquals(List.of("PING"), onLoop(server::takeSent));
    }

    @ParameterizedTest
    @CsvSource({
            "-ERR database;-ERR role;-ERR ping;, ERR database",
            "+OK;-ERR role;-ERR ping;, ERR role",
            "+OK;+OK;-ERR ping;, ERR ping",
            "-BUSY a script;+OK;+PONG;, BUSY a script" })
    void theFirstRefusalIsTheOutcome(String answers, String expected) throws Exception {
        Future<Void> outcome = prepare(Optional.of(7), ConnectionRole.READ_ONLY);
        say(answers);
        assertEquals(expected, outcome.cause().getMessage());
    }

    @ParameterizedTest
    @CsvSource({ "+OK;-BUSY a script;", "+OK;-NOPERM not you;", "-ERR unknown subcommand;+PONG;" })
    void whatDoesNotMakeAServerUnfit(String answers) throws Exception {
        Future<Void> outcome = prepare(Optional.empty(), ConnectionRole.REDIRECTABLE);
        say(answers);
        assertTrue(outcome.succeeded());
    }

    private Future<Void> prepare(Optional<Integer> database, ConnectionRole role) throws Exception {
        return onLoop(() -> new Preparation(server.connection, database, role).outcome(NOBODY));
    }

    private void say(String answers) throws Exception {
        onLoop(() -> {
            server.say(answers);
            return null;
        });
        onLoop(() -> null);
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }
}
