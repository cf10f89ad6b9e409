package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static io.quarkiverse.redis.multiplexer.RealRedis.warmUp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Every command on a connection of its own has a deadline, whatever is before it. */
class DedicatedDeadlineTest {

    private static final MultiplexerOptions IMPATIENT = new MultiplexerOptions().setMaxDedicatedConnections(1)
            .setCommandTimeout(Duration.ofMillis(500));

    @RegisterExtension
    final RealRedis real = new RealRedis();

    /** Answers everything but the command, and what HANGs. */
    private static ScriptedServer silentOn(String silent) {
        return new ScriptedServer(command -> switch (command.get(0)) {
            case "HELLO" -> "-ERR unknown command\r\n";
            case "PUBLISH" -> silent.equals("PUBLISH") ? null : ":0\r\n";
            case "BLPOP" -> silent.equals("BLPOP") ? null : "*-1\r\n";
            case "HANG" -> null;
            default -> command.get(0).equals(silent) ? null : "+OK\r\n";
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "WAIT", "WAITAOF", "PUBLISH" })
    void waitsForReplicasHaveDeadlines(String silent) throws Exception {
        try (ScriptedServer server = silentOn(silent)) {
            MultiplexedRedis redis = client(server);
            String wait = silent.equals("WAITAOF") ? "WAITAOF" : "WAIT";
            Object[] arguments = wait.equals("WAIT") ? new Object[] { 1, 100 } : new Object[] { 1, 0, 100 };
            assertTimesOut(redis.send(request(Command.create(wait), arguments)));
            awaitUntil(() -> redis.status().dedicatedConnections() == 0);
        }
    }

    @Test
    void whatFollowsAnAnsweredEndlessCommandHasADeadline() throws Exception {
        try (ScriptedServer server = silentOn("nothing")) {
            RedisConnection connection = await(client(server).connect());
            Future<Response> popped = connection.send(request(Command.BLPOP, "queue", 0));
            Future<Response> hanging = connection.send(request(Command.create("HANG")));
            await(popped);
            assertTimesOut(hanging);
            await(connection.close());
        }
    }

    /** It is not the server's fault that it is blocked, so the connection lives on, with all replies in their places. */
    @Test
    void whatFollowsAnEndlessCommandTimesOutAloneAndTheOtherGoesOn() throws Exception {
        MultiplexedRedis redis = client();
        RedisConnection connection = await(redis.connect());
        Future<Response> popped = connection.send(request(Command.BLPOP, "queue", 0));
        assertTimesOut(connection.send(request(Command.GET, "queue")));
        assertTimesOut(connection.send(request(Command.INCR, "counter")));
        assertFalse(popped.isComplete());
        await(redis.send(request(Command.RPUSH, "queue", "job")));
        assertEquals("[queue, job]", awaitText(popped));
        assertEquals("2", awaitText(connection.send(request(Command.INCR, "counter"))), "It was executed, but late");
        await(connection.close());
    }

    /** What the client keeps of a transaction is no exception. */
    @Test
    void aTransactionBehindAnEndlessCommandHasItsDeadlinesToo() throws Exception {
        MultiplexedRedis redis = client();
        await(redis.connect().compose(first -> first.send(request(Command.MULTI)).compose(ok -> first.close())));
        RedisConnection connection = await(redis.connect());
        Future<Response> popped = connection.send(request(Command.BLPOP, "queue", 0));
        for (Command command : List.of(Command.MULTI, Command.PING, Command.EXEC)) {
            Throwable failure = awaitFailure(connection.send(request(command)));
            assertTrue(assertInstanceOf(CommandTimeoutException.class, failure).sent(), failure::getMessage);
        }
        await(redis.send(request(Command.RPUSH, "queue", "job")));
        assertEquals("[queue, job]", awaitText(popped));
        assertEquals("PONG", awaitText(connection.send(request(Command.PING))), "It is over");
        await(connection.close());
    }

    @Test
    void theTimeThatACommandMayBlockIsNotTakenFromThoseBehindIt() throws Exception {
        RedisConnection connection = await(client().connect());
        connection.send(request(Command.BLPOP, "queue", 0.6));
        connection.send(request(Command.BLPOP, "queue", 0.6));
        assertEquals("PONG", awaitText(connection.send(request(Command.PING))));
        await(connection.close());
    }

    /** Else it would be nobody's, and lent to nobody else, for ever. */
    @Test
    void anEndlessCommandEndsSoonAfterItsConnectionWasClosed() throws Exception {
        MultiplexedRedis redis = client();
        RedisConnection connection = await(redis.connect());
        Future<Response> popped = connection.send(request(Command.BLPOP, "queue", 0));
        await(connection.close());
        assertTimesOut(popped);
        awaitUntil(() -> redis.status().dedicatedConnections() == 0);
    }

    /** With what it was asked before it answered nothing more. */
    @Test
    void aConnectionOnWhichOnlyLateAnswersAreMissingIsNotHeldForThem() throws Exception {
        try (ScriptedServer server = silentOn("BLPOP")) {
            MultiplexedRedis redis = client(server);
            RedisConnection connection = await(redis.connect());
            Future<Response> popped = connection.send(request(Command.BLPOP, "queue", 0));
            assertTimesOut(connection.send(request(Command.create("HANG"))));
            server.push("*-1\r\n");
            await(popped);
            await(connection.close());
            awaitUntil(() -> redis.status().dedicatedConnections() == 0);
        }
    }

    @Test
    void aLoginWithoutAnAnswerTimesOutAndWhatIsBehindItIsNotSent() throws Exception {
        try (ScriptedServer server = silentOn("AUTH")) {
            RedisConnection connection = await(client(server).connect());
            connection.send(request(Command.SELECT, 0));
            assertTimesOut(connection.send(request(Command.AUTH, "secret")));
            Throwable failure = awaitFailure(connection.send(request(Command.GET, "key")));
            assertFalse(((CommandFailure) failure).sent());
            await(connection.close());
        }
    }

    @Test
    void aFrozenServerEndsATransactionInTime() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions(IMPATIENT).setTransactions(TransactionMode.IMMEDIATE));
        warmUp(redis);
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        real.server().freeze();
        Throwable failure = awaitFailure(connection.send(request(Command.PING)));
        real.server().thaw();
        assertInstanceOf(CommandTimeoutException.class, failure);
        try (RespClient observer = real.server().client()) {
            awaitUntil(() -> !((String) observer.call("CLIENT", "LIST")).contains("multi=1"));
        }
    }

    private MultiplexedRedis client(ScriptedServer server) {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()), IMPATIENT);
        warmUp(redis);
        return redis;
    }

    private MultiplexedRedis client() {
        MultiplexedRedis redis = real.client(IMPATIENT);
        warmUp(redis);
        return redis;
    }

    private static void assertTimesOut(Future<?> future) throws Exception {
        Throwable failure = awaitFailure(future);
        assertInstanceOf(CommandTimeoutException.class, failure);
        assertTrue(failure.getMessage().contains("quarkus.redis-multiplexer.command-timeout"), failure.getMessage());
    }
}
