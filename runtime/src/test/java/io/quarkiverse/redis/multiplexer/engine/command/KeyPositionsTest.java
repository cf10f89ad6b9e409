package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;

/** {@link KeyPositions}, by hand; {@link KeyTableServerTest} compares them with what servers say. */
class KeyPositionsTest {

    private static final Map<String, KeyPositions> POSITIONS = Map.ofEntries(
            Map.entry("none", KeyPositions.NONE), Map.entry("first", KeyPositions.FIRST),
            Map.entry("second", KeyPositions.SECOND), Map.entry("firstTwo", KeyPositions.FIRST_TWO),
            Map.entry("all", KeyPositions.ALL), Map.entry("allButFirst", KeyPositions.ALL_BUT_FIRST),
            Map.entry("allButLast", KeyPositions.ALL_BUT_LAST), Map.entry("everySecond", KeyPositions.EVERY_SECOND),
            Map.entry("everyThird", KeyPositions.EVERY_THIRD), Map.entry("countedFirst", KeyPositions.COUNTED_FIRST),
            Map.entry("countedSecond", KeyPositions.COUNTED_SECOND),
            Map.entry("firstAndCounted", KeyPositions.FIRST_AND_COUNTED),
            Map.entry("countedPairs", KeyPositions.COUNTED_PAIRS), Map.entry("streams", KeyPositions.STREAMS),
            Map.entry("firstAndStored", KeyPositions.FIRST_AND_STORED), Map.entry("migrate", KeyPositions.MIGRATE));

    @ParameterizedTest
    @CsvSource({ "none, x a b c, ''", "first, x a b c, a", "second, x a b c, b", "firstTwo, x a b c, a b",
            "all, x a b c, a b c", "allButFirst, x a b c, b c", "allButLast, x a b c, a b",
            "everySecond, x a 1 b 2 c 3, a b c", "everyThird, x a 1 2 b 1 2, a b",
            "countedFirst, x 2 a b c, a b", "countedFirst, x +1 a b, a", "countedSecond, x script 2 a b c, a b",
            "firstAndCounted, x d 2 a b WEIGHTS 1 2, d a b", "countedPairs, x 2 a 1 b 2 EX 5, a b",
            "streams, x COUNT 1 STREAMS a b 0 0, a b", "streams, x streams streams STREAMS 0 0, streams STREAMS",
            "firstAndStored, x a 1 1 1 m STORE d, a d", "firstAndStored, x a 1 store d StoreDist e, a d e",
            "firstAndStored, x a 1 1 1 m STORE store, a store", "migrate, x h 1 a 0 10, a",
            "migrate, x h 1  0 10 KEYS a b, a b", "migrate, x h 1 a 0 10 KEYS b, a" })
    void theyAreFound(String positions, String words, String expected) {
        assertEquals(expected.isEmpty() ? List.of() : List.of(expected.split(" ")), keys(positions, words));
    }

    @ParameterizedTest
    @CsvSource({ "first, x", "second, x a", "firstTwo, x", "all, x", "allButLast, x", "allButLast, x a", "countedFirst, x",
            "countedFirst, x 0 a", "countedFirst, x -1 a", "countedFirst, x many a", "countedFirst, x 99999999999 a",
            "countedFirst, x 4294967297 a", "countedSecond, x s", "streams, x", "streams, x STREAMS", "streams, x a b",
            "migrate, x h", "migrate, x h 1  0 10", "migrate, x h 1  0 10 KEYS" })
    void whatTheServerWillRefuseHasNone(String positions, String words) {
        assertEquals(List.of(), keys(positions, words));
    }

    @ParameterizedTest
    @CsvSource({ "countedFirst, x 9 a b, a b", "countedFirst, x 2147483647 a, a", "countedPairs, x 2147483647 a 1 b, a b",
            "everySecond, x a, a", "firstAndCounted, x d, d", "firstAndStored, x a STORE, a" })
    void orThoseThatAreThere(String positions, String words, String expected) {
        assertEquals(List.of(expected.split(" ")), keys(positions, words));
    }

    @Test
    void aRequestMayBeAnywhereAmongOthers() {
        byte[] bytes = ("PINGPONG" + encoded("x first 1") + encoded("x a b")).getBytes(StandardCharsets.ISO_8859_1);
        EncodedRequests requests = new EncodedRequests(encoded("x first 1").concat(encoded("x a b"))
                .getBytes(StandardCharsets.ISO_8859_1));
        requests.next();
        assertEquals(List.of("a", "b"), keys(KeyPositions.ALL, bytes, "PINGPONG".length() + requests.next()));
    }

    private static String encoded(String words) {
        return new String(RespEncoder.encode(Commands.request(words)), StandardCharsets.ISO_8859_1);
    }

    private static List<String> keys(String positions, String words) {
        return keys(POSITIONS.get(positions), RespEncoder.encode(Commands.request(words)), 0);
    }

    private static List<String> keys(KeyPositions positions, byte[] encoded, int request) {
        List<String> keys = new ArrayList<>();
        int count = positions.fold(encoded, request, 0, (sum, bytes, from, to) -> {
            keys.add(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
            return sum + 1;
        });
        assertEquals(keys.size(), count);
        return keys;
    }
}
