package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** A reply that the client does not hold fails its own command, and nobody else's. */
class RefusedReplyTest {

    private static final String TOO_DEEP = "local t={1} for i=1,40 do t={t} end redis.call('incr','ran') return t";
    private static final String TOO_DEEP_READ = "local t={1} for i=1,40 do t={t} end return t";

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @ParameterizedTest
    @ValueSource(strings = { TOO_DEEP_READ, "return redis.status_reply(string.rep('x', 1100000))",
            "return redis.error_reply(string.rep('x', 1100000))", "redis.setresp(3) return {big_number='none'}",
            "redis.setresp(3) return {big_number=string.rep('9', 100000)}",
            "redis.setresp(3) return {1,{2,{big_number=''},3},4}",
            "redis.setresp(3) return {map={a={big_number='1.5'},b={map={c=1}}}}" })
    void itsCallerAloneFails(String script) throws Exception {
        real.server().assumeSince7("EVAL_RO, and no big numbers in scripts");
        MultiplexedRedis redis = oneLane();
        for (Command command : List.of(Command.EVAL, Command.EVAL_RO)) {
            Future<Response> before = redis.send(request(Command.INCR, "counter"));
            Future<Response> poisoned = redis.send(request(command, script, 0));
            Future<Response> behind = redis.send(request(Command.INCR, "counter"));
            Future<Response> read = redis.send(request(Command.GET, "counter"));

            assertRefused(awaitFailure(poisoned), command.toString());
            assertEquals(await(before).toInteger() + 1, await(behind).toInteger());
            assertEquals(await(behind).toString(), awaitText(read));
        }
        assertEquals(1, redis.status().lanes().get(0).connects());
        assertEquals("1", calls(redis, "eval"));
        assertEquals("1", calls(redis, "eval_ro"), "It only reads, and is not sent again all the same");
    }

    @Test
    void theFailureNamesTheLimitAndTheKey() throws Exception {
        MultiplexedRedis redis = oneLane();
        Throwable failure = awaitFailure(redis.send(request(Command.EVAL, TOO_DEEP, 0)));

        assertEquals(
                "Redis client 'test' at localhost:" + real.server().port() + " has answered eval, and the reply was dropped:"
                        + " it nests deeper than 32 (quarkus.redis.max-nested-arrays)",
                failure.getMessage());
        assertEquals("1", awaitText(redis.send(request(Command.GET, "ran"))));
        // And the key is the one that it names.
        MultiplexedRedis deeper = real.client(
                new RedisOptions().setConnectionString(real.server().url()).setMaxNestedArrays(64),
                new MultiplexerOptions());
        assertEquals(1, await(deeper.send(request(Command.EVAL, TOO_DEEP, 0))).size());
    }

    @Test
    void aBatchFailsAfterAllOfItIsAnswered() throws Exception {
        MultiplexedRedis redis = oneLane();
        Future<List<Response>> batch = redis.batch(List.of(request(Command.INCR, "a"), request(Command.EVAL, TOO_DEEP, 0),
                request(Command.INCR, "b"), request(Command.LPUSH, "a", "x")));
        Future<Response> behind = redis.send(request(Command.GET, "b"));

        assertRefused(awaitFailure(batch), "a batch of 4 commands");
        assertEquals("1", awaitText(behind));
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void aTransactionIsOverWhenItsReplyIsRefused() throws Exception {
        MultiplexedRedis redis = oneLane();
        Throwable failure = awaitFailure(redis.batch(List.of(request(Command.MULTI), request(Command.INCR, "a"),
                request(Command.EVAL, TOO_DEEP, 0), request(Command.EXEC))));

        assertRefused(failure, "a batch of 4 commands");
        assertEquals("1", awaitText(redis.send(request(Command.GET, "a"))));
        assertEquals("1", awaitText(redis.send(request(Command.GET, "ran"))));
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void aDedicatedConnectionGoesOn() throws Exception {
        real.server().assumeSince7("EVAL_RO");
        RedisConnection connection = await(oneLane().connect());
        await(connection.send(request(Command.SELECT, 3)));
        String id = awaitText(connection.send(request(Command.CLIENT, "ID")));
        Future<Response> poisoned = connection.send(request(Command.EVAL_RO, TOO_DEEP_READ, 0));
        Future<Response> behind = connection.send(request(Command.CLIENT, "ID"));

        assertRefused(awaitFailure(poisoned), "eval_ro");
        assertEquals(id, awaitText(behind));
        assertEquals(id, awaitText(connection.send(request(Command.CLIENT, "ID"))));
        await(connection.close());
    }

    /** Many at once, and strangers in between, who write. */
    @Test
    void noStrangerLosesAWrite() throws Exception {
        real.server().assumeSince7("EVAL_RO");
        MultiplexedRedis redis = oneLane();
        List<Future<Response>> poisoned = new ArrayList<>();
        List<Future<Response>> writes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            poisoned.add(redis.send(request(i % 2 == 0 ? Command.EVAL : Command.EVAL_RO, TOO_DEEP_READ, 0)));
            writes.add(redis.send(request(Command.INCR, "counter")));
        }
        for (int i = 0; i < 500; i++) {
            assertInstanceOf(ReplyRefusedException.class, awaitFailure(poisoned.get(i)));
            assertEquals(i + 1, await(writes.get(i)).toInteger());
        }
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void aMessageThatIsRefusedIsMissingAndTheNextOneArrives() throws Exception {
        String deep = ">3\r\n$7\r\nmessage\r\n$2\r\nch\r\n" + "*1\r\n".repeat(50) + "_\r\n";
        String next = ">3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$4\r\nnext\r\n";
        String confirmed = ">3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n";
        String hello = "%1\r\n$5\r\nproto\r\n:3\r\n";
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "HELLO" -> hello;
            case "SUBSCRIBE" -> confirmed + deep + next;
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions());
            Queue<String> messages = new ConcurrentLinkedQueue<>();
            RedisConnection subscriber = await(redis.connect());
            subscriber.handler(message -> messages.add(message.toString()));
            await(subscriber.send(request(Command.SUBSCRIBE, "ch")));
            awaitUntil(() -> messages.stream().anyMatch(message -> message.contains("next")));
            assertTrue(messages.stream().noneMatch(message -> message.contains("null")), messages::toString);
        }
    }

    /** There is one reply too many, whatever is in it: the others may have shifted. */
    @Test
    void aReplyThatNobodyAskedForEndsTheConnectionAlsoIfItIsRefused() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                command -> "GET".equals(command.get(0)) ? "+" + command.get(1) + "\r\n" : "+OK\r\n")) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setLanes(1));
            assertEquals("key", awaitText(redis.send(request(Command.GET, "key"))));
            server.push("#unsolicited\r\n");
            awaitUntil(() -> redis.status().lanes().get(0).connects() >= 2);
            assertEquals("key", awaitText(redis.send(request(Command.GET, "key"))));
        }
    }

    /** What servers before Redis 7.2 send for a score or a module's number. */
    @ParameterizedTest
    @ValueSource(strings = { ",NAN\r\n", ",-nan\r\n", ",nan(ind)\r\n", ",-NAN(ind)\r\n" })
    void everySpellingOfNaNIsRead(String reply) throws Exception {
        try (ScriptedServer server = new ScriptedServer(command -> "ZSCORE".equals(command.get(0)) ? reply : "+OK\r\n")) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions());
            assertEquals(Double.NaN, await(redis.send(request(Command.ZSCORE, "key", "member"))).toNumber());
        }
    }

    private MultiplexedRedis oneLane() {
        return real.client(new MultiplexerOptions().setLanes(1));
    }

    private static String calls(MultiplexedRedis redis, String command) throws Exception {
        String stats = awaitText(redis.send(request(Command.INFO, "commandstats")));
        return stats.lines().filter(line -> line.startsWith("cmdstat_" + command + ":")).findFirst()
                .map(line -> line.replaceAll("cmdstat_.*?:calls=([0-9]+),.*", "$1")).orElse("0");
    }

    private static void assertRefused(Throwable failure, String command) {
        ReplyRefusedException refused = assertInstanceOf(ReplyRefusedException.class, failure);
        assertTrue(refused.sent());
        assertTrue(failure.getMessage().startsWith("Redis client 'test' at localhost:"), failure.getMessage());
        assertTrue(failure.getMessage().contains(" has answered " + command + ", and the reply was dropped: it "),
                failure.getMessage());
    }
}
