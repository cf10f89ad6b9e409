package io.quarkiverse.redis.multiplexer.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.vertx.core.Promise;

class ReadKeysTest {

    private static final ReadKeys KEYS = ReadKeys.of(command("mget key other")).orElseThrow();

    private static SingleCommand command(String words) {
        return new SingleCommand(Commands.request(words), Promise.promise(), CommandReport.NONE);
    }

    private static BatchCommand batch(String... requests) {
        return new BatchCommand(Commands.requests(requests), Promise.promise(), CommandReport.NONE);
    }

    private static List<String> keys(String words) {
        return ReadKeys.of(command(words)).orElseThrow().keys().stream().map(key -> new String(key, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void theKeysOfAReadAreKnown() {
        assertEquals(List.of("key"), keys("get key"));
        assertEquals(List.of("key"), keys("lrange key 0 -1"));
        assertEquals(List.of("key", "other"), keys("mget key other"));
        assertEquals(List.of("key", "other"), keys("zunion 2 key other"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "set key value", "getdel key", "getex key", "flushall", "eval script 1 key",
            "eval_ro return 1 key",
            "sort_ro key BY w_*", "keys *", "scan 0", "dbsize", "ft.search index query", "unheardof key" })
    void whatMayWriteOrReadMoreThanItNamesHasNone(String words) {
        assertTrue(ReadKeys.of(command(words)).isEmpty());
    }

    @Test
    void aReadWithoutAKeyOrWithManyHasNone() {
        assertTrue(ReadKeys.of(command("get")).isEmpty());
        assertTrue(ReadKeys.of(command("ping")).isEmpty());
        assertFalse(ReadKeys.of(command("mget" + " key".repeat(64))).isEmpty());
        assertTrue(ReadKeys.of(command("mget" + " key".repeat(65))).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = { "set key value", "del a b key", "mset a 1 key 2", "rename key new", "rename new key", "copy a key",
            "zunionstore key 2 a b", "georadius a 1 2 3 m STORE key", "lmove key b LEFT LEFT", "move key 1", "getex other",
            "xreadgroup GROUP g c STREAMS key >", "migrate host 1 key 0 1", "set other value",
            // What a later read sees must not be older.
            "get key", "mget a other", "xread STREAMS key 0", "strlen key",
            // Any key, by name or not.
            "eval script 0", "eval_ro script 0", "evalsha sha 0", "fcall f 0", "sort a STORE b", "flushall", "flushdb ASYNC",
            "swapdb 0 1", "debug RELOAD",
            "ts.add a * 1", "ts.madd a * 1 b * 2", "ts.incrby a 1", "ts.decrby a 1", "ts.del a 0 1", "unheard.of a",
            "unheardof a" })
    void whatMayTouchAKeyIsKnown(String words) {
        assertTrue(command(words).mayTouch(KEYS));
        assertTrue(batch("get a", words).mayTouch(KEYS));
    }

    @ParameterizedTest
    @ValueSource(strings = { "get a", "mget a b", "ping", "set a key", "del a b", "publish channel key", "get KEY",
            "set keys 1",
            "zunionstore a 2 b c", "json.set a $ 1", "ts.range a - +", "ts.create a", "script LOAD key" })
    void whatIsAboutOtherKeysIsInNobodysWay(String words) {
        assertFalse(command(words).mayTouch(KEYS));
        assertFalse(batch("multi", words, "exec").mayTouch(KEYS));
    }
}
