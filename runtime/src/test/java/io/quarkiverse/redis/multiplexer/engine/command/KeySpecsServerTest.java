package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;

/** {@link ServerCommands} and {@link KeySpecs}: what real servers tell of their commands leads to the keys that they find. */
class KeySpecsServerTest {

    private static final String[] REQUESTS = { "GET a", "MSET a 1 b 2 c 3", "MGET a b c", "BITOP AND d a b", "RENAME a b",
            "BLPOP a b c 1", "LMPOP 2 a b LEFT COUNT 3", "BLMPOP 1 2 a b LEFT", "ZUNION 2 a b WEIGHTS 1 2",
            "SINTERCARD 2 a b LIMIT 1", "ZUNIONSTORE d 2 a b WEIGHTS 1 2", "ZDIFFSTORE d 2 a b",
            "XREAD COUNT 2 STREAMS a b 0 0",
            "XREADGROUP GROUP g c COUNT 1 NOACK STREAMS a b > >", "EVAL return1 2 a b x", "FCALL f 1 a x", "SORT_RO a BY w_*",
            "GEORADIUS a 1 1 1 m STORE d", "MIGRATE h 1 a 0 10", "SETEX a 1 x", "SUNIONSTORE d a b" };

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void whatServersTellLeadsToTheKeysThatTheyFind(RedisBinary binary) {
        binary.assumeThere();
        int movable = 0;
        int told = 0;
        try (RedisServer server = RedisServer.start(binary); RespClient client = server.client()) {
            ServerCommands commands = ServerCommands.of(response(client.call("COMMAND")));
            for (String request : REQUESTS) {
                List<String> words = List.of(request.split(" "));
                KeyPositions positions = commands.told(words.get(0));
                if (!positions.areTold()) {
                    continue;
                }
                List<String> call = new ArrayList<>(List.of("COMMAND", "GETKEYS"));
                call.addAll(words);
                assertEquals(new TreeSet<>((List<?>) client.call(call.toArray(String[]::new))),
                        new TreeSet<>(keys(positions, request)), request);
                told++;
                movable += positions.others() == KeyPositions.Others.NONE ? 0 : 1;
            }
        }
        assertTrue(told >= 8, told + " commands");
        // Before 7.0 they do not tell more than three numbers.
        assertTrue(binary == RedisBinary.REDIS_6_2 || movable >= 8, movable + " commands");
    }

    private static List<String> keys(KeyPositions positions, String request) {
        List<String> keys = new ArrayList<>();
        positions.fold(RespEncoder.encode(Commands.request(request)), 0, 0, (sum, bytes, from, to) -> {
            keys.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            return sum;
        });
        return keys;
    }

    private static Response response(Object reply) {
        if (reply instanceof List<?> list) {
            MultiType multi = MultiType.create(list.size(), false);
            list.forEach(element -> multi.add(response(element)));
            return multi;
        }
        return reply instanceof Long number ? NumberType.create(number)
                : reply == null ? null : BulkType.create(Buffer.buffer(reply.toString()), false);
    }
}
