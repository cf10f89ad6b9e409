package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** {@link KeyTable} and what real servers say about the keys of their commands. */
class KeyTableServerTest {

    /** One of each shape, and every option that moves keys. */
    private static final String[] REQUESTS = {
            "GET a", "SET a 1 EX 10", "MSET a 1 b 2 c 3", "MSETNX a 1 b 2", "MGET a b c", "DEL a b", "BITOP AND d a b",
            "LMOVE a b LEFT RIGHT", "BLMOVE a b LEFT RIGHT 0", "RENAME a b", "COPY a b DB 1 REPLACE", "SMOVE a b m",
            "RPOPLPUSH a b", "BRPOPLPUSH a b 0", "BLPOP a b c 1", "BZPOPMIN a b 1", "LMPOP 2 a b LEFT COUNT 3",
            "BLMPOP 1 2 a b LEFT", "BZMPOP 1 2 a b MIN", "ZMPOP 2 a b MIN", "ZUNION 2 a b WEIGHTS 1 2",
            "ZDIFF 2 a b WITHSCORES",
            "ZINTERCARD 2 a b LIMIT 1", "SINTERCARD 2 a b", "ZUNIONSTORE d 2 a b WEIGHTS 1 2", "ZDIFFSTORE d 2 a b",
            "ZINTERSTORE d 2 a b AGGREGATE MAX", "SUNIONSTORE d a b", "ZRANGESTORE d a 0 1",
            "GEOSEARCHSTORE d a FROMMEMBER m BYRADIUS 1 m",
            "GEORADIUS a 1 1 1 m", "GEORADIUS a 1 1 1 m STORE d", "GEORADIUS a 1 1 1 m COUNT 1 STOREDIST d",
            "GEORADIUSBYMEMBER a m 1 m STORE d", "XREAD COUNT 2 STREAMS a b 0 0", "XREAD BLOCK 5 STREAMS a 0",
            "XREADGROUP GROUP g c COUNT 1 NOACK STREAMS a b > >", "XREADGROUP GROUP streams c STREAMS a >",
            "XREADGROUP GROUP g streams BLOCK 5 STREAMS a >", "GEORADIUSBYMEMBER a store 1 m",
            "GEORADIUSBYMEMBER a storedist 1 m STORE d", "XGROUP CREATE a g 0", "XINFO STREAM a FULL",
            "OBJECT ENCODING a",
            "MIGRATE h 1 a 0 10", "MIGRATE h 1  0 10 KEYS a b", "PFMERGE d a b", "PFCOUNT a b", "LCS a b",
            "BITFIELD a GET u8 0" };

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void theKeysOfRequestsAreThoseThatTheServerFinds(RedisBinary binary) {
        compareWithServer(binary, REQUESTS, 25, KeyTableServerTest::keys);
    }

    /** First key, last key and step, for the commands that the server says so of. */
    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void theKeysOfEveryCommandAreWhereTheServerSaysThatTheyAre(RedisBinary binary) {
        binary.assumeThere();
        Map<String, String> wrong = new TreeMap<>();
        Set<String> unknown = new TreeSet<>();
        int compared = 0;
        try (RedisServer server = RedisServer.start(binary); RespClient client = server.client()) {
            for (Object entry : (List<?>) client.call("COMMAND")) {
                List<?> command = (List<?>) entry;
                String name = (String) command.get(0);
                long first = (Long) command.get(3);
                if (first == 0 || CommandTable.of(Command.create(name)).kind() == CommandKind.SUBSCRIPTION
                        || ((List<?>) command.get(2)).contains("movablekeys")) {
                    continue;
                }
                if (name.equals("clusterscan")) {
                    // What Valkey 9.1 calls its key is its cursor, which tells the slot; it reads all keys of that.
                    continue;
                }
                if (!KeyTable.touchedBy(name.toLowerCase(Locale.ROOT)).areTold()) {
                    unknown.add(name);
                    continue;
                }
                compared++;
                List<String> words = List.of(name, "p1", "p2", "p3", "p4", "p5", "p6");
                long last = (Long) command.get(4) < 0 ? words.size() + (Long) command.get(4) : (Long) command.get(4);
                Set<String> expected = new TreeSet<>();
                for (long i = first; i <= last; i += (Long) command.get(5)) {
                    expected.add(words.get((int) i));
                }
                if (!expected.equals(new TreeSet<>(keys(words)))) {
                    wrong.put(name, expected + " and not " + keys(words));
                }
            }
        }
        assertEquals(Map.of(), wrong);
        assertEquals(Set.of(), unknown);
        assertTrue(compared > 120, compared + " commands");
    }

    /** Those whose place in a cluster depends on other keys than those that they touch. */
    private static final String[] PLACED = { "EVAL return1 2 a b x", "EVALSHA 123 1 a x", "EVAL_RO return1 1 a x",
            "EVALSHA_RO 123 2 a b", "FCALL f 1 a x", "FCALL_RO f 1 a", "SORT a BY w_* STORE d", "SORT a ALPHA DESC",
            "SORT a BY store GET store STORE d", "SORT a BY store",
            "SORT_RO a BY w_*", "MEMORY USAGE a SAMPLES 5", "GET a", "MSET a 1 b 2", "XREAD STREAMS a b 0 0" };

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void theKeysThatPlaceRequestsAreThoseThatTheServerFinds(RedisBinary binary) {
        compareWithServer(binary, PLACED, 6, KeyTableServerTest::placing);
    }

    /** @param atLeast more of the requests than this must be known to the server */
    private static void compareWithServer(RedisBinary binary, String[] requests, int atLeast,
            Function<List<String>, ? extends Collection<String>> keys) {
        binary.assumeThere();
        try (RedisServer server = RedisServer.start(binary); RespClient client = server.client()) {
            int compared = 0;
            for (String request : requests) {
                List<String> words = List.of(request.split(" "));
                if (((List<?>) client.call("COMMAND", "INFO", words.get(0))).get(0) == null) {
                    continue;
                }
                List<String> call = new ArrayList<>(List.of("COMMAND", "GETKEYS"));
                call.addAll(words);
                Object expected = client.call(call.toArray(String[]::new));
                assertEquals(new TreeSet<>((List<?>) expected), new TreeSet<>(keys.apply(words)), request);
                compared++;
            }
            assertTrue(compared > atLeast, compared + " requests");
        }
    }

    /** Of commands that have no key for the server, none is placed by one, and the other way round. */
    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void whatHasNoKeyForTheServerIsPlacedByNone(RedisBinary binary) {
        binary.assumeThere();
        Set<String> wrong = new TreeSet<>();
        try (RedisServer server = RedisServer.start(binary); RespClient client = server.client()) {
            for (Object entry : (List<?>) client.call("COMMAND")) {
                List<?> command = (List<?>) entry;
                String name = (String) command.get(0);
                KeyPositions placing = CommandTable.of(Command.create(name)).placing();
                boolean keyless = (Long) command.get(3) == 0 && !((List<?>) command.get(2)).contains("movablekeys")
                        && !(command.size() > 9 && !((List<?>) command.get(9)).isEmpty());
                if (keyless && placing.areTold() && !placing.equals(KeyPositions.NONE)
                        || !keyless && placing.equals(KeyPositions.NONE) && (Long) command.get(3) != 0) {
                    wrong.add(name + " " + placing);
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    private static List<String> placing(List<String> words) {
        KeyPositions positions = KeyTable.placing(words.get(0).toLowerCase(Locale.ROOT));
        assertTrue(positions.areTold(), words.toString());
        return keys(positions, words);
    }

    @Test
    void whatTheServerWillRefuseHasFewerKeysOrNone() {
        for (String request : new String[] { "GET", "ZUNION", "ZUNION x a", "ZUNION 9 a", "ZUNION -1 a", "XREAD",
                "XREAD STREAMS",
                "MIGRATE", "MIGRATE h 1", "GEORADIUS", "GEORADIUS a 1 1 1 m STORE", "OBJECT", "BLPOP", "BITOP", "MSET",
                "BLMPOP 1",
                "ZUNION 2147483647 a", "ZUNIONSTORE d" }) {
            assertTrue(keys(List.of(request.split(" "))).size() <= 1, request);
        }
    }

    private static List<String> keys(List<String> words) {
        KeyPositions positions = KeyTable.touchedBy(words.get(0).toLowerCase(Locale.ROOT));
        assertTrue(positions.areTold(), words.toString());
        return keys(positions, words);
    }

    private static List<String> keys(KeyPositions positions, List<String> words) {
        Request request = Request.cmd(Command.create(words.get(0)));
        words.stream().skip(1).forEach(request::arg);
        List<String> keys = new ArrayList<>();
        positions.fold(RespEncoder.encode(request), 0, 0, (sum, bytes, from, to) -> {
            keys.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            return sum;
        });
        return keys;
    }
}
