package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Commands that no server knows that the tests can have: what gets to a server by {@link Command#create}, and what comes back.
 * The cluster has two nodes, of which the first has the slot of {@code b}, and the other that of {@code a}.
 */
class CommandsOfNoServerTest {

    private static final Set<String> NEW = Set.of("MSETEX", "DELEX", "XDELEX");

    private final Vertx vertx = Vertx.vertx();
    private final ScriptedServer first = new ScriptedServer(this::answer);
    private final ScriptedServer second = new ScriptedServer(this::answer);

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
        first.close();
        second.close();
    }

    private String answer(List<String> command) {
        return switch (command.get(0)) {
            case "HELLO" -> "%1\r\n+proto\r\n:3\r\n";
            case "CLUSTER" -> command.get(1).equals("SLOTS")
                    ? "*2\r\n" + slots(0, 8191, first) + slots(8192, 16383, second)
                    : "-ERR unknown subcommand\r\n";
            case "MSETEX", "DELEX" -> ":1\r\n";
            case "XDELEX" -> "*1\r\n:-1\r\n";
            default -> "+OK\r\n";
        };
    }

    private static String slots(int from, int to, ScriptedServer owner) {
        return "*3\r\n:" + from + "\r\n:" + to + "\r\n*3\r\n$9\r\n127.0.0.1\r\n:" + owner.port() + "\r\n$2\r\nid\r\n";
    }

    private MultiplexedRedis client(RedisClientType type) {
        return MultiplexedRedis.create(vertx,
                new RedisOptions().setType(type).setConnectionString("redis://127.0.0.1:" + first.port()),
                new MultiplexerOptions());
    }

    private static Future<Response> send(MultiplexedRedis redis, List<String> words) {
        Request request = Request.cmd(Command.create(words.get(0)));
        words.stream().skip(1).forEach(request::arg);
        return redis.send(request);
    }

    private static Future<Response> send(MultiplexedRedis redis, String words) {
        return send(redis, Arrays.asList(words.split(" ")));
    }

    private static List<String> received(ScriptedServer server) {
        return server.received().stream().filter(command -> NEW.contains(command.get(0)))
                .map(command -> String.join(" ", command)).toList();
    }

    static Stream<Arguments> commands() {
        String binary = "wört\r\n$1\r\n ";
        return Stream.of(
                Arguments.of(List.of("MSETEX", "2", "a", binary, "b", "", "NX", "PXAT", "1700000000000"), "1"),
                Arguments.of(List.of("DELEX", "a", "IFEQ", binary), "1"),
                Arguments.of(List.of("XDELEX", binary, "ACKED", "IDS", "1", "1-1"), "[-1]"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyByteGetsThereAndTheReplyComesBack(List<String> command, String reply) throws Exception {
        assertEquals(reply, await(send(client(RedisClientType.STANDALONE), command)).toString());
        assertEquals(List.of(command), first.received().stream().filter(each -> NEW.contains(each.get(0))).toList());
    }

    @Test
    void inAClusterTheNodeOfTheKeyGetsThem() throws Exception {
        MultiplexedRedis redis = client(RedisClientType.CLUSTER);
        for (String command : List.of("DELEX b IFEQ 1", "XDELEX a IDS 1 1-1", "MSETEX 2 {b}1 v {b}2 w EX 10",
                "MSETEX 1 a v KEEPTTL")) {
            assertEquals(command.startsWith("XDELEX") ? "[-1]" : "1", await(send(redis, command)).toString());
        }
        assertEquals(List.of("DELEX b IFEQ 1", "MSETEX 2 {b}1 v {b}2 w EX 10"), received(first));
        assertEquals(List.of("XDELEX a IDS 1 1-1", "MSETEX 1 a v KEEPTTL"), received(second));
    }

    @Test
    void eachNodeGetsItsKeysOfMsetexWithTheirNumber() throws Exception {
        assertEquals("1", await(send(client(RedisClientType.CLUSTER), "MSETEX 3 {a}1 1 b 2 {a}2 3 EX 10")).toString());
        assertEquals(List.of("MSETEX 1 b 2 EX 10"), received(first));
        assertEquals(List.of("MSETEX 2 {a}1 1 {a}2 3 EX 10"), received(second));
    }

    @Test
    void msetexThatWritesAllOrNothingIsRefusedForSeveralSlots() throws Exception {
        String failure = awaitFailure(send(client(RedisClientType.CLUSTER), "MSETEX 2 {a}1 1 {b}2 2 NX")).getMessage();
        assertTrue(failure.startsWith("CROSSSLOT ") && failure.contains("{a}1") && failure.contains("{b}2"), failure);
        assertEquals(List.of(), received(first));
        assertEquals(List.of(), received(second));
    }
}
