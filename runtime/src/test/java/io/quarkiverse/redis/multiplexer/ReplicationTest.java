package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkiverse.redis.multiplexer.test.DelayLine;
import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisReplicas;
import io.vertx.redis.client.RedisTopology;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** A client of a primary with replicas, which nobody watches, finds the primary by itself. */
class ReplicationTest {

    private static final int CALLERS = 8;

    @RegisterExtension
    final CapturedLog log = new CapturedLog();

    @RegisterExtension
    final RealSentinels real = new RealSentinels(1, 0);

    private RedisSentinels servers() {
        return real.servers();
    }

    private MultiplexedRedis client(RedisTopology topology, List<String> hosts) {
        return real.replication(new RedisOptions().setTopology(topology).setEndpoints(new ArrayList<>(hosts)),
                new MultiplexerOptions());
    }

    private MultiplexedRedis discovering() {
        return client(RedisTopology.DISCOVER, servers().urls());
    }

    @Test
    void oneHostIsEnoughWhateverTheTopology() throws Exception {
        for (RedisTopology topology : RedisTopology.values()) {
            MultiplexedRedis redis = client(topology, servers().urls().subList(0, 1));
            assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
            redis.close();
        }
        servers().server(1).kill();
        awaitUntil(() -> servers().call(0, "INFO", "replication").toString().contains("connected_slaves:0"));
        for (RedisTopology topology : RedisTopology.values()) {
            MultiplexedRedis redis = client(topology, servers().urls().subList(0, 1));
            assertEquals("PONG", awaitText(redis.send(request(Command.PING))));
        }
    }

    @Test
    void aReplicaLeadsToThePrimary() throws Exception {
        MultiplexedRedis redis = client(RedisTopology.DISCOVER, servers().urls().subList(1, 2));
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        try (RespClient replica = servers().server(1).client()) {
            // But for its own to the primary.
            awaitUntil(() -> replica.connections().stream().allMatch(line -> line.contains("flags=M")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "/3" })
    void aPrimaryThatIsBusyWithAScriptIsFoundAndFreedOfIt(String database) throws Exception {
        servers().call(0, "CONFIG", "SET", "lua-time-limit", "100");
        CompletableFuture<Object> script = CompletableFuture.supplyAsync(() -> {
            try (RespClient other = servers().server(0).client()) {
                return other.call("EVAL", "while true do end", "0");
            }
        });
        awaitUntil(() -> {
            try {
                servers().call(0, "GET", "key");
                return false;
            } catch (IllegalStateException e) {
                return e.getMessage().startsWith("BUSY");
            }
        });
        MultiplexedRedis redis = client(RedisTopology.DISCOVER, servers().urls().stream().map(url -> url + database).toList());
        Future<Response> write = redis.send(request(Command.SET, "key", "value"));
        assertEquals("OK", awaitText(redis.send(request(Command.SCRIPT, "KILL"))));
        assertThrows(ExecutionException.class, script::get);
        assertEquals("OK", awaitText(write));
    }

    @Test
    void aPrimaryThatIsFarAwayIsFound() throws Exception {
        try (DelayLine line = new DelayLine(servers().server(0).port(), TimeUnit.MILLISECONDS.toNanos(600), 1_000_000_000)) {
            MultiplexedRedis redis = real.replication(new RedisOptions().setConnectionString(line.url()),
                    new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(20)));
            assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        }
    }

    @Test
    void aBatchWithReadsAndWritesGoesToThePrimary() throws Exception {
        MultiplexedRedis redis = discovering();
        List<Response> answers = await(
                redis.batch(List.of(request(Command.GET, "key"), request(Command.SET, "key", "value"))));
        assertEquals("OK", answers.get(1).toString());
    }

    /** As to a server of its own. */
    @Test
    void aBatchMayHaveMoreCommandsThanMayBePending() throws Exception {
        MultiplexedRedis redis = real.replication(new RedisOptions().setConnectionString(servers().urls().get(0)),
                new MultiplexerOptions().setMaxPending(10));
        List<Request> many = Collections.nCopies(1_000, request(Command.INCR, "counter"));
        assertEquals("1000", await(redis.batch(many)).get(999).toString());
    }

    @Test
    void nobodyNoticesWhenAnotherServerIsMadeThePrimaryWithoutAWord() throws Exception {
        MultiplexedRedis redis = discovering();
        try (Counting counting = Counting.start(redis, CALLERS)) {
            for (int i = 0; i < 4; i++) {
                int done = counting.done();
                awaitUntil(() -> counting.done() > done + 500);
                servers().promote(1 - i % 2);
                servers().awaitStable();
            }
            int lost = counting.assertNoFailure();
            System.out.println("by hand: slowest " + counting.slowestMillis() + " ms, " + counting.done() + " done, " + lost
                    + " lost by the servers");
        }
    }

    /** The old primary refuses the write, and answers the reads behind it with what was there before. */
    @Test
    void aReadBehindAWriteThatWasRefusedReadsWhatThatHasWritten() throws Exception {
        MultiplexedRedis redis = discovering();
        for (int i = 0; i < 4; i++) {
            String value = "value" + i;
            assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "before" + i))));
            servers().promote(1 - i % 2);
            List<Future<Response>> answers = new ArrayList<>();
            answers.add(redis.send(request(Command.SET, "key", value)));
            answers.add(redis.send(request(Command.GET, "key")));
            answers.add(redis.send(request(Command.MGET, "other", "key")));
            assertEquals("OK", awaitText(answers.get(0)));
            assertEquals(value, awaitText(answers.get(1)));
            assertEquals("[null, " + value + "]", awaitText(answers.get(2)));
            servers().awaitStable();
        }
    }

    @Test
    void whatTheServerPlansCostsNothing() throws Exception {
        MultiplexedRedis redis = discovering();
        try (Counting counting = Counting.start(redis, CALLERS)) {
            for (int i = 0; i < 6; i++) {
                int done = counting.done();
                awaitUntil(() -> counting.done() > done + 500);
                int primary = i % 2;
                servers().call(primary, "FAILOVER", "TO", "127.0.0.1", String.valueOf(servers().server(1 - primary).port()));
                awaitUntil(() -> servers().isPrimary(1 - primary));
                servers().awaitStable();
            }
            counting.assertExact();
            System.out.println("FAILOVER: slowest " + counting.slowestMillis() + " ms, " + counting.done() + " done");
        }
    }

    @Test
    void callersWaitWhenThePrimaryIsKilledUntilThereIsAnother() throws Exception {
        MultiplexedRedis redis = discovering();
        try (Counting counting = Counting.start(redis, CALLERS)) {
            awaitUntil(() -> counting.done() > 500);
            servers().server(0).kill();
            // Time itself is what callers wait for: for a second there is nobody.
            TimeUnit.SECONDS.sleep(1);
            int before = counting.done();
            servers().call(1, "REPLICAOF", "NO", "ONE");
            awaitUntil(() -> counting.done() > before + 500);
            counting.assertNothingFailedButWhatWasUnderWay();
        }
    }

    @Test
    void subscriptionsAndBlockingCommandsGoWithThePrimary() throws Exception {
        MultiplexedRedis redis = discovering();
        List<String> messages = Collections.synchronizedList(new ArrayList<>());
        RedisConnection subscriber = await(redis.connect());
        subscriber.handler(message -> messages.add(message.toString()));
        await(subscriber.send(request(Command.SUBSCRIBE, "news")));
        Future<Response> blocked = redis.send(request(Command.BLPOP, "list", "15"));
        awaitUntil(() -> servers().call(0, "CLIENT", "LIST").toString().contains("cmd=blpop"));

        servers().promote(1);
        awaitUntil(() -> {
            servers().call(1, "PUBLISH", "news", "text");
            return !messages.isEmpty() && messages.get(messages.size() - 1).contains("text");
        });
        awaitUntil(() -> servers().call(1, "CLIENT", "LIST").toString().contains("cmd=subscribe"));
        servers().call(1, "RPUSH", "list", "element");
        assertEquals("element", await(blocked).get(1).toString());
    }

    /** Sent by itself, and as the first on a connection of the caller's own. */
    @Test
    void waitDoesNotGoWithThePrimary() throws Exception {
        MultiplexedRedis redis = discovering();
        RedisConnection connection = await(redis.connect());
        await(redis.send(request(Command.SET, "key", "value")));
        List<Future<Response>> replicated = List.of(redis.send(request(Command.WAIT, 2, 15_000)),
                connection.send(request(Command.WAIT, 2, 15_000)));
        awaitUntil(() -> servers().call(0, "INFO", "clients").toString().contains("blocked_clients:2"));

        servers().promote(1);
        for (Future<Response> waiting : replicated) {
            assertTrue(awaitFailure(waiting).getMessage().startsWith("UNBLOCKED"));
        }
        await(connection.close());
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
    }

    /** Any other one has published by then, and does so again where it is sent next. */
    @Test
    void aReplicaRunsNothingOfAScriptThatBeginsWithItsLanguage() {
        servers().server(1).assumeSince7("#! in scripts");
        String script = "redis.call('PUBLISH', 'news', 'text') return redis.call('SET', KEYS[1], 'new')";
        for (String whole : List.of("#!lua\n" + script, script)) {
            String error = assertThrows(IllegalStateException.class, () -> servers().call(1, "EVAL", whole, "1", "key"))
                    .getMessage();
            assertTrue(error.startsWith("READONLY"), error);
            assertEquals(whole.equals(script),
                    servers().call(1, "INFO", "commandstats").toString().contains("cmdstat_publish"));
        }
    }

    @Test
    void theFirstHostIsThePrimaryIfThatIsSaid() throws Exception {
        List<String> hosts = new ArrayList<>(servers().urls());
        MultiplexedRedis redis = client(RedisTopology.STATIC, hosts);
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));

        Collections.reverse(hosts);
        MultiplexedRedis wrong = client(RedisTopology.STATIC, hosts);
        assertTrue(awaitFailure(wrong.send(request(Command.SET, "key", "value"))).getMessage().startsWith("READONLY"));
        awaitUntil(() -> !log.messages("is the first of quarkus.redis.hosts").isEmpty());
    }

    @Test
    void readsGoToReplicasIfThatIsWanted() throws Exception {
        MultiplexedRedis redis = real.replication(new RedisOptions().setUseReplicas(RedisReplicas.ALWAYS)
                .setEndpoints(new ArrayList<>(servers().urls())), new MultiplexerOptions());
        List<Response> answers = await(
                redis.batch(List.of(request(Command.GET, "key"), request(Command.SET, "key", "value"))));
        assertEquals("OK", answers.get(1).toString());
        awaitUntil(() -> {
            await(redis.send(request(Command.GET, "key")));
            return servers().call(1, "INFO", "commandstats").toString().contains("cmdstat_get");
        });
        servers().server(1).kill();
        for (int i = 0; i < 100; i++) {
            assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
        }
    }

    /** As one that has not fetched the data of the primary yet when the client begins: its primary does not tell of it. */
    @Test
    void aReplicaThatComesLaterIsReadFrom() throws Exception {
        servers().call(1, "REPLICAOF", "NO", "ONE");
        awaitUntil(() -> servers().call(0, "INFO", "replication").toString().contains("connected_slaves:0"));
        MultiplexedRedis redis = real.replication(new RedisOptions().setUseReplicas(RedisReplicas.ALWAYS)
                .setEndpoints(new ArrayList<>(servers().urls().subList(0, 1))), new MultiplexerOptions());
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        servers().replicate(1, 0);
        awaitUntil(() -> {
            assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
            return servers().call(1, "INFO", "commandstats").toString().contains("cmdstat_get");
        });
    }

    @Test
    void aReplicaOfValkeySaysWhereToGo() throws Exception {
        try (RespClient server = servers().server(0).client()) {
            assumeTrue(server.call("INFO", "server").toString().contains("server_name:valkey"), "Redis does not say that");
        }
        MultiplexedRedis redis = discovering();
        await(redis.send(request(Command.SET, "key", "value")));
        servers().promote(1);
        assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
        assertTrue(redis.status().nodes().stream()
                .anyMatch(node -> node.address().endsWith(":" + servers().server(1).port())));
    }
}
