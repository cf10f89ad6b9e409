package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * Commands that are newer than Vert.x' table work through {@link Command#create}, with both protocols, on one server, and in a
 * cluster on the node that has their key.
 */
@Timeout(120)
class LaterCommandsTest {

    private static final int KEYS = 10;

    /** What prepares a key, the command, and its reply; {@code $} is the key. */
    private record Row(String prepare, String command, String reply) {
    }

    private static final List<Row> ROWS = List.of(
            new Row("HSET $ a 1 b 2", "HEXPIRE $ 100 FIELDS 1 a", "[1]"),
            new Row("HSET $ a 1", "HTTL $ FIELDS 2 a none", "[-1, -2]"),
            new Row("HSET $ a 1", "HPERSIST $ FIELDS 1 a", "[-1]"),
            new Row("HSET $ a 1", "HPEXPIRETIME $ FIELDS 1 a", "[-1]"),
            new Row("HSET $ a 1", "HGETEX $ PERSIST FIELDS 1 a", "[1]"),
            new Row("HSET $ a 1 b 2", "HGETDEL $ FIELDS 1 a", "[1]"),
            new Row("HSET $ a 1", "HSETEX $ EX 100 FIELDS 1 b 2", "1"),
            new Row("DEL $", "VADD $ VALUES 2 1 1 element", "true|1"),
            new Row("DEL $", "VCARD $", "0"),
            new Row("SET $ v", "MSETEX 1 $ w EX 100", "1"),
            new Row("SET $ v", "DELEX $ IFEQ v", "1"),
            new Row("SET $ v", "DELIFEQ $ v", "1"),
            new Row("DEL $", "XDELEX $ IDS 1 1-1", "[-1]"));

    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static Future<Response> send(MultiplexedRedis redis, String words) {
        String[] all = words.split(" ");
        Request request = Request.cmd(Command.create(all[0]));
        for (int i = 1; i < all.length; i++) {
            request.arg(all[i]);
        }
        return redis.send(request);
    }

    /** @return the commands that the server knows, with the keys of which they were sent and their replies */
    private static Map<String, Integer> runAll(MultiplexedRedis redis) throws Exception {
        Map<String, Integer> known = new TreeMap<>();
        Map<String, String> wrong = new HashMap<>();
        for (Row row : ROWS) {
            String name = row.command.split(" ")[0];
            List<Future<Response>> replies = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                String its = name + "-key-" + key;
                await(send(redis, row.prepare.replace("$", its)));
                replies.add(send(redis, row.command.replace("$", its)));
            }
            for (Future<Response> reply : replies) {
                String text = await(reply.map(String::valueOf).otherwise(failure -> "failed " + failure.getMessage()));
                if (text.startsWith("failed ERR unknown command")) {
                    continue;
                }
                known.merge(name, 1, Integer::sum);
                if (!List.of(row.reply.split("\\|")).contains(text)) {
                    wrong.put(name, text);
                }
            }
        }
        assertEquals(Map.of(), wrong);
        assertTrue(known.values().stream().allMatch(count -> count == KEYS), known::toString);
        return known;
    }

    private static void assertKnown(RedisBinary binary, Map<String, Integer> known) {
        List<String> expected = switch (binary) {
            case REDIS_8_0 -> List.of("HEXPIRE", "HTTL", "HGETEX", "HGETDEL", "HSETEX", "VADD", "VCARD");
            case VALKEY_9_1 -> List.of("HEXPIRE", "HTTL", "HGETEX", "HSETEX", "DELIFEQ");
            default -> List.of();
        };
        assertTrue(known.keySet().containsAll(expected), () -> binary + " knows only " + known);
    }

    @ParameterizedTest
    @EnumSource(value = RedisBinary.class, mode = EnumSource.Mode.EXCLUDE, names = "SYSTEM")
    void onOneServer(RedisBinary binary) throws Exception {
        binary.assumeThere();
        try (RedisServer server = RedisServer.start(binary)) {
            for (ProtocolVersion protocol : ProtocolVersion.values()) {
                MultiplexedRedis redis = MultiplexedRedis.create(vertx, new RedisOptions().setConnectionString(server.url())
                        .setPreferredProtocolVersion(protocol), new MultiplexerOptions());
                assertKnown(binary, runAll(redis));
                redis.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = RedisBinary.class, names = { "REDIS_8_0", "VALKEY_9_1" })
    void inACluster(RedisBinary binary) throws Exception {
        binary.assumeThere();
        try (RedisCluster servers = RedisCluster.start(binary, 3, 0)) {
            MultiplexedRedis redis = MultiplexedRedis.create(vertx, new RedisOptions().setType(RedisClientType.CLUSTER)
                    .setConnectionString(servers.urls().get(0)), new MultiplexerOptions());
            assertKnown(binary, runAll(redis));
            // What is sent to the wrong node is told where to go: none of these was.
            assertEquals(0, redis.status().lanes().stream().mapToLong(LaneStatus::redirects).sum());
            redis.close();
        }
    }
}
