package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkiverse.redis.multiplexer.engine.resp.EncodedRequests;
import io.quarkiverse.redis.multiplexer.engine.resp.RespEncoder;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestAccess;

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
            Map.entry("sort", KeyPositions.FIRST_AND_SORTED), Map.entry("geo", KeyPositions.FIRST_AND_LOCATED),
            Map.entry("migrate", KeyPositions.MIGRATE));

    @ParameterizedTest
    @CsvSource({ "none, x a b c, ''", "first, x a b c, a", "second, x a b c, b", "firstTwo, x a b c, a b",
            "all, x a b c, a b c", "allButFirst, x a b c, b c", "allButLast, x a b c, a b",
            "everySecond, x a 1 b 2 c 3, a b c", "everyThird, x a 1 2 b 1 2, a b",
            "countedFirst, x 2 a b c, a b", "countedFirst, x +1 a b, a", "countedSecond, x script 2 a b c, a b",
            "firstAndCounted, x d 2 a b WEIGHTS 1 2, d a b", "countedPairs, x 2 a 1 b 2 EX 5, a b",
            "streams, x COUNT 1 STREAMS a b 0 0, a b", "streams, x streams streams STREAMS 0 0, streams STREAMS",
            "geo, x a 1 1 1 m STORE d, a d", "geo, x a 1 1 m store d StoreDist e, a d e",
            "geo, x a 1 1 1 m STORE store, a store", "sort, x a ALPHA STORE d, a d", "sort, x a store store, a store",
            "migrate, x h 1 a 0 10, a", "migrate, x h 1  0 10 KEYS a b, a b", "migrate, x h 1 a 0 10 KEYS b, a",
            "migrate, x h 1  0 10 COPY AUTH2 u p KEYS a b, a b" })
    void theyAreFound(String positions, String words, String expected) {
        assertEquals(expected.isEmpty() ? List.of() : List.of(expected.split(" ")), keys(positions, words));
    }

    /** As servers do, which pass over the arguments of other options. */
    @ParameterizedTest
    @CsvSource({ "streams, x GROUP streams c STREAMS a >, a", "streams, x group g Streams COUNT 1 STREAMS a b > >, a b",
            "streams, x GROUP group streams BLOCK 5 NOACK STREAMS a >, a",
            "streams, x STREAMS group streams 0 0, group streams",
            "geo, x a store 1 m, a", "geo, x a storedist 1 m STORE d, a d", "sort, x a BY store GET store STORE d, a d",
            "sort, x a GET by GET store LIMIT 0 1, a", "sort, x by BY get STORE by, by by", "sort, x store, store",
            "migrate, x h 1  0 10 AUTH keys KEYS a b, a b", "migrate, x h 1  0 10 AUTH2 keys keys REPLACE KEYS a b, a b",
            "migrate, x keys keys keys 0 10 AUTH keys, keys" })
    void wordsThatBelongToOtherOptionsAreNone(String positions, String words, String expected) {
        assertEquals(List.of(expected.split(" ")), keys(positions, words));
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
            "everySecond, x a, a", "firstAndCounted, x d, d", "geo, x a 1 1 m STORE, a",
            "sort, x a STORE, a" })
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

    /** The same before it is encoded, and afterwards. */
    private static List<String> keys(String positions, String words) {
        Request request = Commands.request(words);
        List<String> keys = keys(POSITIONS.get(positions), RespEncoder.encode(request), 0);
        assertEquals(keys, collected(fold -> POSITIONS.get(positions).fold(RequestAccess.arguments(request), 0, fold)), words);
        return keys;
    }

    private static List<String> keys(KeyPositions positions, byte[] encoded, int request) {
        return collected(fold -> positions.fold(encoded, request, 0, fold));
    }

    private static List<String> collected(ToIntFunction<KeyPositions.Fold> run) {
        List<String> keys = new ArrayList<>();
        int count = run.applyAsInt((sum, bytes, from, to) -> {
            keys.add(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
            return sum + 1;
        });
        assertEquals(keys.size(), count);
        return keys;
    }
}
