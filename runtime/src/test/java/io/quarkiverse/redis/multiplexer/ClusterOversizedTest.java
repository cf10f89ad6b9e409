package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.netty.util.ResourceLeakDetector;
import io.quarkiverse.redis.multiplexer.test.RedisCluster;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Commands that are too large for a shared connection find their node as all others do, or are split as all others are. */
class ClusterOversizedTest {

    /** More than one command may have, for servers of some versions. */
    private static final int ARGUMENTS = 1024 * 1024;
    private static final String KEY = "{k}list";

    @RegisterExtension
    final RealCluster real = new RealCluster(0);

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    private RedisCluster servers;
    private MultiplexedRedis redis;

    /** The leak detector records a stack trace for every number that is written, of which there are millions here. */
    @BeforeEach
    void connect() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
        servers = real.servers();
        redis = real.client(new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(60)));
    }

    @AfterEach
    void restoreTheLeakDetector() {
        ResourceLeakDetector.setLevel(level);
    }

    private static Request oversized(Command command, IntFunction<String> argument) {
        Request request = Request.cmd(command);
        for (int i = 0; i < ARGUMENTS; i++) {
            request.arg(argument.apply(i));
        }
        return request;
    }

    /** @return one that servers before Redis 7 do not take */
    private Request push() {
        servers.node(0).assumeSince7("room for so many arguments");
        return oversized(Command.RPUSH, i -> i == 0 ? KEY : "x");
    }

    private int owner() {
        return servers.owner(servers.slot(KEY));
    }

    /** How often a node has refused a command, and has not executed it. */
    private long refusals(int node, String command) {
        Matcher found = Pattern.compile("cmdstat_" + command + ":.*rejected_calls=(\\d+)")
                .matcher((String) servers.call(node, "INFO", "commandstats"));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    @Test
    void theyGoToWhoHasGotTheirSlot() throws Exception {
        await(redis.send(request(Command.RPUSH, KEY, "first")));
        servers.moveSlot(servers.slot(KEY), (owner() + 1) % RealCluster.PRIMARIES);
        assertEquals(ARGUMENTS, await(redis.send(push())).toInteger());
        assertEquals("first", await(redis.send(request(Command.LINDEX, KEY, "0"))).toString());
    }

    @Test
    void theyAskWhoIsGettingTheirSlotAndTryAgainWhileTheirKeysAreApart() throws Exception {
        int source = owner();
        int target = (source + 1) % RealCluster.PRIMARIES;
        int slot = servers.slot(KEY);
        await(redis.send(request(Command.SET, "{k}there", "1")));
        servers.beginMove(slot, source, target);
        // It is not at the source: ASK.
        assertEquals(ARGUMENTS - 1, await(redis.send(push())).toInteger());

        // Of its keys one is here and the other there: TRYAGAIN, until they are together.
        Future<Response> both = redis.send(oversized(Command.EXISTS, i -> i % 2 == 0 ? "{k}there" : KEY));
        awaitUntil(() -> refusals(source, "exists") > 2);
        assertFalse(both.isComplete());
        servers.moveKeys(slot, source, target);
        servers.endMove(slot, source, target);
        assertEquals(ARGUMENTS, await(both).toInteger());
    }

    @Test
    void theyWaitWhileTheClusterIsDown() throws Exception {
        int slot = servers.slot(KEY);
        int owner = owner();
        await(redis.send(request(Command.SET, "{k}there", "1")));
        servers.call(owner, "CLUSTER", "DELSLOTS", String.valueOf(slot));
        Future<Response> pushed = redis.send(push());
        awaitUntil(() -> refusals(owner, "rpush") > 2);
        assertFalse(pushed.isComplete());
        servers.call(owner, "CLUSTER", "ADDSLOTS", String.valueOf(slot));
        assertEquals(ARGUMENTS - 1, await(pushed).toInteger());
    }

    @Test
    void thoseWithKeysInManySlotsAreSplit() throws Exception {
        assertEquals("OK", await(redis.send(oversized(Command.MSET, i -> i % 2 == 0 ? "key" + i : "value" + i))).toString());
        assertEquals("value7", await(redis.send(request(Command.GET, "key6"))).toString());
        Response values = await(redis.send(oversized(Command.MGET, i -> "key" + i)));
        assertEquals(ARGUMENTS, values.size());
        assertEquals("value65537", values.get(65536).toString());
        assertEquals(ARGUMENTS / 2, await(redis.send(oversized(Command.DEL, i -> "key" + i))).toInteger());
        assertEquals(0, await(redis.send(request(Command.DBSIZE))).toInteger());
    }

    @Test
    void onAConnectionTheyKeepTheirPlaceAndAreSplitAsWell() throws Exception {
        RedisConnection connection = await(redis.connect());
        connection.send(oversized(Command.MSET, i -> i % 2 == 0 ? "key" + i : "value" + i));
        Future<Response> read = connection.send(request(Command.GET, "key6"));
        Future<Response> pushed = connection.send(push());
        Future<Response> length = connection.send(request(Command.LLEN, KEY));
        assertEquals("value7", await(read).toString());
        assertEquals(ARGUMENTS - 1, await(pushed).toInteger());
        assertEquals(ARGUMENTS - 1, await(length).toInteger());
        await(connection.close());
    }

    @Test
    void batchesWithOneOfThemAreSplitAsAllOthersAre() throws Exception {
        List<Response> answers = await(redis.batch(List.of(request(Command.SET, "a", "1"), push(),
                oversized(Command.MGET, i -> "key" + i), request(Command.GET, "b"), request(Command.LLEN, KEY))));
        assertEquals("OK", answers.get(0).toString());
        assertEquals(ARGUMENTS - 1, answers.get(1).toInteger());
        assertEquals(ARGUMENTS, answers.get(2).size());
        assertNull(answers.get(3));
        assertEquals(ARGUMENTS - 1, answers.get(4).toInteger());
    }
}
