package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.quarkiverse.redis.multiplexer.test.RedisBinary;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.bitmap.BitFieldArgs;
import io.quarkus.redis.datasource.geo.GeoPosition;
import io.quarkus.redis.datasource.geo.GeoSearchArgs;
import io.quarkus.redis.datasource.geo.GeoUnit;
import io.quarkus.redis.datasource.geo.GeoValue;
import io.quarkus.redis.datasource.list.KeyValue;
import io.quarkus.redis.datasource.list.Position;
import io.quarkus.redis.datasource.sortedset.Range;
import io.quarkus.redis.datasource.sortedset.ScoreRange;
import io.quarkus.redis.datasource.sortedset.ScoredValue;
import io.quarkus.redis.datasource.stream.StreamMessage;
import io.quarkus.redis.datasource.stream.StreamRange;
import io.vertx.core.Vertx;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;

/** Both protocols of all servers give the same Java values, and those of the stock client. */
@Timeout(120)
class ProtocolValuesTest {

    /** At least so many of the table's commands are known to every server. */
    private static final int KNOWN_EVERYWHERE = 55;

    /**
     * Quarkus does not understand what it is given by either client where pairs are a flat list: they have the same failure.
     */
    private static final Set<String> READ_FROM_RESP3_ONLY = Set.of("HRANDFIELD");

    private static final Map<String, Function<RedisDataSource, Object>> TABLE = new LinkedHashMap<>();

    private static void row(String name, Function<RedisDataSource, Object> call) {
        if (TABLE.put(name, call) != null) {
            throw new IllegalArgumentException(name);
        }
    }

    static {
        row("GET", redis -> redis.value(String.class).get("text"));
        row("GET of nothing", redis -> redis.value(String.class).get("none"));
        row("SET", redis -> redis.value(String.class).setGet("text", "text"));
        row("SETNX", redis -> redis.value(String.class).setnx("text", "other"));
        row("APPEND", redis -> redis.value(String.class).append("appended", "abc"));
        row("GETRANGE", redis -> redis.value(String.class).getrange("text", 1, 2));
        row("STRLEN", redis -> redis.value(String.class).strlen("text"));
        row("MGET", redis -> redis.value(String.class).mget("text", "none", "number"));
        row("MSETNX", redis -> redis.value(String.class).msetnx(Map.of("text", "a", "new", "b")));
        row("INCR", redis -> redis.value(Long.class).incr("number"));
        row("DECRBY", redis -> redis.value(Long.class).decrby("number", 50));
        row("INCRBYFLOAT", redis -> redis.value(Double.class).incrbyfloat("float", 1.25));
        row("GETDEL", redis -> redis.value(String.class).getdel("gone"));
        row("LCS", redis -> redis.value(String.class).lcs("text", "number"));
        row("EXISTS", redis -> redis.key().exists("text", "none"));
        row("EXPIRE", redis -> redis.key().expire("none", 100));
        row("PERSIST", redis -> redis.key().persist("text"));
        row("TTL", redis -> redis.key().ttl("text"));
        row("EXPIRETIME", redis -> redis.key().expiretime("expiring"));
        row("TYPE", redis -> redis.key().type("hash"));
        row("KEYS", redis -> new TreeSet<>(redis.key().keys("l*")));
        row("SCAN", redis -> {
            Set<String> all = new TreeSet<>();
            redis.key().scan().toIterable().forEach(all::add);
            return all;
        });
        row("COPY", redis -> redis.key().copy("text", "copied"));
        row("DEL", redis -> redis.key().del("copied", "none"));
        row("HGET", redis -> redis.hash(String.class).hget("hash", "a"));
        row("HGETALL", redis -> new TreeMap<>(redis.hash(String.class).hgetall("hash")));
        row("HGETALL of nothing", redis -> redis.hash(String.class).hgetall("none"));
        row("HMGET", redis -> redis.hash(String.class).hmget("hash", "a", "none"));
        row("HKEYS", redis -> redis.hash(String.class).hkeys("hash"));
        row("HVALS", redis -> redis.hash(String.class).hvals("hash"));
        row("HEXISTS", redis -> redis.hash(String.class).hexists("hash", "a"));
        row("HINCRBYFLOAT", redis -> redis.hash(String.class).hincrbyfloat("hash", "n", 0.5));
        row("HRANDFIELD", redis -> redis.hash(String.class).hrandfieldWithValues("single", 1));
        row("HSCAN", redis -> {
            Map<String, String> all = new TreeMap<>();
            redis.hash(String.class).hscan("hash").toIterable().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
            return all;
        });
        row("LRANGE", redis -> redis.list(String.class).lrange("list", 0, -1));
        row("LPOS", redis -> redis.list(String.class).lpos("list", "b"));
        row("LPOS COUNT", redis -> redis.list(String.class).lpos("list", "a", 2));
        row("LPOP", redis -> redis.list(String.class).lpop("popped", 2));
        row("BLPOP", redis -> text(redis.list(String.class).blpop(Duration.ofSeconds(1), "popped", "list")));
        row("BLPOP of nothing", redis -> redis.list(String.class).blpop(Duration.ofSeconds(1), "none"));
        row("LMPOP", redis -> text(redis.list(String.class).lmpop(Position.LEFT, "none", "popped2")));
        row("LINSERT", redis -> redis.list(String.class).linsertBeforePivot("list", "b", "x"));
        row("SMEMBERS", redis -> redis.set(String.class).smembers("set"));
        row("SISMEMBER", redis -> redis.set(String.class).sismember("set", "a"));
        row("SMISMEMBER", redis -> redis.set(String.class).smismember("set", "a", "none"));
        row("SINTER", redis -> redis.set(String.class).sinter("set", "set2"));
        row("SUNION", redis -> redis.set(String.class).sunion("set", "set2"));
        row("SPOP", redis -> redis.set(String.class).spop("single-set", 1));
        row("SRANDMEMBER", redis -> redis.set(String.class).srandmember("set2"));
        row("ZSCORE", redis -> redis.sortedSet(String.class).zscore("sorted", "b"));
        row("ZSCORE of infinity", redis -> redis.sortedSet(String.class).zscore("sorted", "z"));
        row("ZSCORE of nothing", redis -> redis.sortedSet(String.class).zscore("sorted", "none"));
        row("ZMSCORE", redis -> redis.sortedSet(String.class).zmscore("sorted", "a", "none", "z"));
        row("ZRANGE", redis -> redis.sortedSet(String.class).zrange("sorted", 0, -1));
        row("ZRANGE WITHSCORES", redis -> text(redis.sortedSet(String.class).zrangeWithScores("sorted", 0, -1)));
        row("ZRANGEBYSCORE WITHSCORES", redis -> text(redis.sortedSet(String.class).zrangebyscoreWithScores("sorted",
                ScoreRange.from(1, 3))));
        row("ZRANK", redis -> redis.sortedSet(String.class).zrank("sorted", "b"));
        row("ZINCRBY", redis -> redis.sortedSet(String.class).zincrby("sorted", 0.5, "a"));
        row("ZADD INCR", redis -> redis.sortedSet(String.class).zaddincr("sorted", 1, "b"));
        row("ZCOUNT", redis -> redis.sortedSet(String.class).zcount("sorted", ScoreRange.from(0, 2)));
        row("ZLEXCOUNT", redis -> redis.sortedSet(String.class).zlexcount("lex", Range.unbounded()));
        row("ZUNION WITHSCORES", redis -> text(redis.sortedSet(String.class).zunionWithScores("sorted", "lex")));
        row("ZDIFF", redis -> redis.sortedSet(String.class).zdiff("sorted", "lex"));
        row("ZRANDMEMBER WITHSCORES", redis -> text(redis.sortedSet(String.class).zrandmemberWithScores("single-sorted", 1)));
        row("ZPOPMIN", redis -> text(List.of(redis.sortedSet(String.class).zpopmin("popped-sorted"))));
        row("ZPOPMAX COUNT", redis -> text(redis.sortedSet(String.class).zpopmax("popped-sorted", 2)));
        row("BZPOPMIN", redis -> {
            KeyValue<String, ScoredValue<String>> popped = redis.sortedSet(String.class).bzpopmin(Duration.ofSeconds(1),
                    "popped-sorted");
            return popped.key() + text(List.of(popped.value()));
        });
        row("ZSCAN", redis -> {
            Set<String> all = new TreeSet<>();
            redis.sortedSet(String.class).zscan("sorted").toIterable().forEach(each -> all.add(text(List.of(each))));
            return all;
        });
        row("GEODIST", redis -> redis.geo(String.class).geodist("geo", "Palermo", "Catania", GeoUnit.KM));
        row("GEOHASH", redis -> redis.geo(String.class).geohash("geo", "Palermo", "none"));
        row("GEOPOS", redis -> redis.geo(String.class).geopos("geo", "Palermo", "none").stream()
                .map(ProtocolValuesTest::text).toList());
        row("GEOSEARCH", redis -> redis.geo(String.class).geosearch("geo", new GeoSearchArgs<String>()
                .fromMember("Palermo").byRadius(300, GeoUnit.KM).withDistance().withCoordinates().ascending()).stream()
                .map(ProtocolValuesTest::text).toList());
        row("GETBIT", redis -> redis.bitmap(String.class).getbit("text", 1));
        row("BITFIELD", redis -> redis.bitmap(String.class).bitfield("bits",
                new BitFieldArgs().incrBy(BitFieldArgs.unsigned(8), 0, 1).get(BitFieldArgs.unsigned(4), 0)));
        row("PFCOUNT", redis -> redis.hyperloglog(String.class).pfcount("log"));
        row("XRANGE", redis -> messages(redis.stream(String.class).xrange("stream", StreamRange.of("-", "+"))));
        row("XREAD", redis -> messages(redis.stream(String.class).xread("stream", "0")));
        row("XREADGROUP", redis -> messages(redis.stream(String.class).xreadgroup("group", "me", "stream", ">")));
        row("XPENDING", redis -> redis.stream(String.class).xpending("stream", "group").getPendingCount());
        row("CONFIG GET", redis -> redis.execute("CONFIG", "GET", "maxmemory").get("maxmemory").toString());
        row("XINFO STREAM", redis -> redis.execute("XINFO", "STREAM", "stream").get("length").toInteger());
        row("EVAL", redis -> redis.execute("EVAL", "return {1, 'two', {3}, false}", "0").toString());
        row("OBJECT ENCODING", redis -> redis.execute("OBJECT", "ENCODING", "number").toString());
        row("an error", redis -> redis.value(String.class).get("list"));
    }

    private static String text(KeyValue<String, String> value) {
        return value.key() + "=" + value.value();
    }

    private static String text(Collection<ScoredValue<String>> values) {
        return values.stream().map(each -> each.value() + "=" + each.score()).collect(Collectors.joining(","));
    }

    private static String text(GeoPosition position) {
        return position == null ? "nowhere" : position.longitude + "/" + position.latitude;
    }

    private static String text(GeoValue<String> value) {
        return value.member + " " + value.distance + " " + value.longitude + " " + value.latitude;
    }

    private static List<String> messages(List<StreamMessage<String, String, String>> messages) {
        return messages.stream().map(each -> each.key() + " " + each.id() + " " + new TreeMap<>(each.payload())).toList();
    }

    private static void fill(RedisDataSource redis) {
        for (String command : List.of("FLUSHALL", "SET text ohmytext", "SET number 41", "SET float 10.5", "SET gone away",
                "SET bits aa", "SET expiring x EXAT 33177117420", "SET expiring x", "EXPIREAT expiring 33177117420",
                "HSET hash a 1 b 2 n 1", "HSET single f v", "RPUSH list a b a c",
                "RPUSH popped a b c", "RPUSH popped2 a b", "SADD set a b c", "SADD set2 a", "SADD single-set a",
                "ZADD sorted 1 a 2.5 b +inf z", "ZADD lex 0 a 0 c", "ZADD single-sorted 1.5 a",
                "ZADD popped-sorted 1 a 2 b 3 c 4.25 d", "GEOADD geo 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
                "PFADD log a b c", "XADD stream 1-1 a 1 b 2", "XADD stream 2-1 c 3", "XGROUP CREATE stream group 0")) {
            String[] words = command.split(" ");
            try {
                redis.execute(words[0], Arrays.copyOfRange(words, 1, words.length));
            } catch (RuntimeException e) {
                if (!command.contains("EXAT")) {
                    throw new IllegalStateException(command, e);
                }
            }
        }
    }

    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(value = RedisBinary.class, mode = EnumSource.Mode.EXCLUDE, names = "SYSTEM")
    void areTheSame(RedisBinary binary) {
        binary.assumeThere();
        assertTrue(TABLE.size() >= 60);
        try (RedisServer server = RedisServer.start(binary)) {
            Map<String, String> expected = values(server, EitherClient.STOCK, ProtocolVersion.RESP3);
            assertEquals(Map.of(), differences(expected, values(server, EitherClient.MULTIPLEXED, ProtocolVersion.RESP3)));
            Map<String, String> older = values(server, EitherClient.MULTIPLEXED, ProtocolVersion.RESP2);
            assertEquals(Map.of(), differences(values(server, EitherClient.STOCK, ProtocolVersion.RESP2), older));
            expected.keySet().removeAll(READ_FROM_RESP3_ONLY);
            assertEquals(Map.of(), differences(expected, older));
            long known = expected.values().stream().filter(value -> !value.startsWith("failed")).count();
            assertTrue(known >= KNOWN_EVERYWHERE, () -> known + " of " + TABLE.size() + ": " + expected);
        }
    }

    private static Map<String, String> differences(Map<String, String> expected, Map<String, String> actual) {
        Map<String, String> differences = new TreeMap<>();
        expected.forEach((name, value) -> {
            if (!value.equals(actual.get(name))) {
                differences.put(name, value + " but " + actual.get(name));
            }
        });
        return differences;
    }

    private Map<String, String> values(RedisServer server, EitherClient client, ProtocolVersion protocol) {
        Redis redis = client.create(vertx,
                new RedisOptions().setConnectionString(server.url()).setPreferredProtocolVersion(protocol));
        RedisDataSource dataSource = EitherClient.blocking(vertx, redis);
        fill(dataSource);
        Map<String, String> values = new LinkedHashMap<>();
        TABLE.forEach((name, call) -> values.put(name, value(() -> call.apply(dataSource))));
        redis.close();
        return values;
    }

    /** With its type, so that a number is not a text, but for collections, which are what is in them. */
    private static String value(Supplier<Object> call) {
        try {
            Object value = call.get();
            return value == null ? "null"
                    : value.getClass().getSimpleName().replaceAll(".*(Set|Map|List).*", "$1") + " " + value;
        } catch (RuntimeException e) {
            Throwable root = e.getCause() == null ? e : e.getCause();
            return "failed " + String.valueOf(root.getMessage()).replaceAll(" ?,? with args.*", "");
        }
    }
}
