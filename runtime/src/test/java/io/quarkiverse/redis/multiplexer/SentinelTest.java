package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisSentinels;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import io.vertx.redis.client.Response;

/** A client of a primary that sentinels watch goes with it, and its callers notice little of that. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class SentinelTest {

    private static final int CALLERS = 8;

    @RegisterExtension
    final RealSentinels real = new RealSentinels(2, 3);

    private RedisSentinels servers() {
        return real.servers();
    }

    @Test
    void commandsBatchesTransactionsAndConnectionsWork() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());

        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
        assertEquals(List.of("OK", "OK", "b"), texts(await(redis.batch(List.of(request(Command.SET, "{1}a", "a"),
                request(Command.SET, "{2}b", "b"), request(Command.GET, "{2}b"))))));
        assertEquals("OK", awaitText(redis.send(request(Command.MSET, "x", "1", "y", "2"))));

        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.MULTI)));
        await(connection.send(request(Command.INCR, "x")));
        assertEquals("[2]", awaitText(connection.send(request(Command.EXEC))));
        await(connection.close());

        assertEquals("127.0.0.1:" + servers().server(0).port(), redis.status().nodes().get(0).address());
        assertEquals(1, redis.status().nodes().size());
    }

    /** For those who wait for an election: on a slow machine, sentinels give up, and begin again 12 seconds later. */
    private static MultiplexerOptions patient() {
        return new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(60));
    }

    private static List<String> texts(List<Response> responses) {
        return responses.stream().map(Response::toString).toList();
    }

    /**
     * A sentinel makes a replica the primary without a word to the old one, and sees within a second that it is. Until then,
     * what the old one acknowledges is lost to any client.
     */
    @Test
    void noCallFailsInPlannedFailovers() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        try (Counting counting = Counting.start(redis, CALLERS)) {
            for (int i = 0; i < 3; i++) {
                servers().failover();
            }
            int lost = counting.assertNoFailure();
            System.out.println("planned: slowest " + counting.slowestMillis() + " ms, " + counting.done() + " done, " + lost
                    + " lost by the servers");
        }
    }

    @Test
    void callersWaitWhenThePrimaryIsKilled() throws Exception {
        MultiplexedRedis redis = real.client(patient());
        try (Counting counting = Counting.start(redis, CALLERS)) {
            awaitUntil(() -> counting.done() > 500);
            long killed = System.nanoTime();
            servers().server(0).kill();
            servers().awaitOther(0);
            int before = counting.done();
            awaitUntil(() -> counting.done() > before + 500);
            System.out.println("killed: back after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed) + " ms");
            counting.assertNothingFailedButWhatWasUnderWay();
            System.out.println("killed: slowest " + counting.slowestMillis() + " ms");
        }
        // It comes back as what it was before anybody tells it otherwise.
        servers().server(0).run();
        servers().awaitStable();
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
    }

    @Test
    void whoDoesNotWantToWaitFailsAtOnce() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        await(redis.send(request(Command.SET, "key", "value")));
        servers().server(0).kill();
        awaitUntil(() -> !awaitFailureOrNothing(redis.send(request(Command.SET, "key", "value"))).isEmpty());
        long start = System.nanoTime();
        awaitFailure(redis.send(request(Command.SET, "key", "value")));
        assertTrue(System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(500));
        servers().awaitOther(0);
        RealRedis.eventually(() -> redis.send(request(Command.SET, "key", "value")));
    }

    private static List<Throwable> awaitFailureOrNothing(Future<Response> future) throws Exception {
        return await(future.map(done -> List.<Throwable> of()).otherwise(List::of));
    }

    @Test
    void aStoppedPrimaryIsLeftWhenSentinelsHaveAnother() throws Exception {
        MultiplexedRedis redis = real.client(patient());
        try (Counting counting = Counting.start(redis, CALLERS)) {
            awaitUntil(() -> counting.done() > 500);
            long stopped = System.nanoTime();
            servers().server(0).freeze();
            servers().awaitOther(0);
            long election = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stopped);
            int before = counting.done();
            awaitUntil(() -> counting.done() > before + 500);
            counting.assertNothingFailedButWhatWasUnderWay();
            System.out.println("stopped: slowest " + counting.slowestMillis() + " ms, of which " + election + " by sentinels");
            assertTrue(counting.slowestMillis() < election + 5_000);
        } finally {
            servers().server(0).thaw();
        }
    }

    @Test
    void thePrimaryAndTheFirstSentinelDieTogether() throws Exception {
        MultiplexedRedis redis = real.client(patient());
        try (Counting counting = Counting.start(redis, CALLERS)) {
            awaitUntil(() -> counting.done() > 500);
            servers().sentinel(0).kill();
            servers().server(0).kill();
            servers().awaitOther(0);
            int before = counting.done();
            awaitUntil(() -> counting.done() > before + 500);
            counting.assertNothingFailedButWhatWasUnderWay();
        }
    }

    @Test
    void aPrimaryThatLivesServesWithoutSentinels() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        try (Counting counting = Counting.start(redis, CALLERS)) {
            awaitUntil(() -> counting.done() > 500);
            servers().sentinels().forEach(sentinel -> sentinel.kill());
            int before = counting.done();
            awaitUntil(() -> counting.done() > before + 2_000);
            // Time itself is what is tried: sentinels are looked for in vain meanwhile, which nobody is to notice.
            TimeUnit.SECONDS.sleep(2);
            counting.assertExact();
        }
        // What they decide when they are back is noticed.
        servers().sentinels().forEach(sentinel -> sentinel.run());
        servers().awaitStable();
        int now = servers().failover();
        awaitText(redis.send(request(Command.SET, "key", "after")));
        assertEquals("after", servers().call(now, "GET", "key"));
    }

    @Test
    void theFirstSentinelsMayBeDeadFromTheBeginning() throws Exception {
        servers().sentinel(0).kill();
        servers().sentinel(1).freeze();
        try {
            MultiplexedRedis redis = real.client(new MultiplexerOptions());
            assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        } finally {
            servers().sentinel(1).thaw();
        }
    }

    @Test
    void sentinelsThatWereNotConfiguredAreLearnt() throws Exception {
        MultiplexedRedis redis = real.client(
                new RedisOptions().setEndpoints(new ArrayList<>(servers().sentinelUrls().subList(0, 1))),
                new MultiplexerOptions());
        await(redis.send(request(Command.SET, "key", "value")));
        servers().sentinel(0).kill();
        servers().server(0).kill();
        servers().awaitOther(0);
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "other"))));
    }

    @Test
    void aNameThatNoSentinelKnowsIsToldWithThoseThatTheyKnow() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setMasterName("nobody")
                .setEndpoints(new ArrayList<>(servers().sentinelUrls())), new MultiplexerOptions());
        Throwable failure = awaitFailure(redis.send(request(Command.GET, "key")));
        assertTrue(failure.getMessage().contains("'nobody'"), failure::getMessage);
        assertTrue(failure.getMessage().contains("they know " + RedisSentinels.NAME), failure::getMessage);
        assertTrue(failure.getMessage().contains("quarkus.redis.master-name"), failure::getMessage);
    }

    @Test
    void aSentinelIsSpokenToOnOneConnectionAndNotToldOfDatabases() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions()
                .setEndpoints(servers().sentinelUrls().stream().map(url -> url + "/3").toList()), new MultiplexerOptions());
        List<Long> before = connectionsToSentinels();
        await(redis.send(request(Command.SET, "key", "value")));
        for (int i = 0; i < 20; i++) {
            await(redis.send(request(Command.GET, "key" + i)));
        }
        awaitUntil(() -> sum(connectionsToSentinels()) <= sum(before) + 1);
        try (RespClient client = servers().server(0).client()) {
            client.call("SELECT", "3");
            assertEquals("value", client.call("GET", "key"));
        }
    }

    private List<Long> connectionsToSentinels() {
        return servers().sentinels().stream().map(sentinel -> {
            try (RespClient client = sentinel.client()) {
                return client.connections().stream().filter(line -> !line.contains("name=sentinel-")).count();
            }
        }).toList();
    }

    private static long sum(List<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void subscriptionsGoWithThePrimary() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        List<String> messages = new CopyOnWriteArrayList<>();
        RedisConnection subscriber = await(redis.connect());
        subscriber.handler(message -> messages.add(message.toString()));
        await(subscriber.send(request(Command.SUBSCRIBE, "news")));

        int now = servers().failover();
        awaitUntil(() -> {
            servers().call(now, "PUBLISH", "news", "from the new one");
            return messages.stream().anyMatch(message -> message.contains("from the new one"));
        });
        servers().server(now).kill();
        int next = servers().awaitOther(now);
        awaitUntil(() -> {
            servers().call(next, "PUBLISH", "news", "from the next one");
            return messages.stream().anyMatch(message -> message.contains("from the next one"));
        });
        assertTrue(redis.status().nodes().stream().anyMatch(node -> node.restorations() > 0));
    }

    @Test
    void dedicatedConnectionsAndBlockingCommandsGoToTheNewPrimary() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        await(redis.send(request(Command.BLPOP, "empty", "0.1")));
        int now = servers().failover();
        Future<Response> blocked = redis.send(request(Command.BLPOP, "list", "10"));
        awaitUntil(() -> servers().call(now, "CLIENT", "LIST").toString().contains("cmd=blpop"));
        servers().call(now, "RPUSH", "list", "element");
        assertEquals("element", await(blocked).get(1).toString());
    }

    /**
     * Sentinels turn the old primary into a replica seconds after they have named the new one; until then it lets nobody go.
     */
    @Test
    void callersWhoWaitAtTheOldPrimaryGoOnAtTheNewOne() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions());
        List<Future<Response>> blocked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            blocked.add(redis.send(request(Command.BLPOP, "list" + i, "30")));
        }
        awaitUntil(() -> blockedAt(0) == 10);
        int now = servers().failover();
        awaitUntil(() -> blockedAt(now) == 10);
        for (int i = 0; i < 10; i++) {
            await(redis.send(request(Command.RPUSH, "list" + i, "element")));
            assertEquals("element", await(blocked.get(i)).get(1).toString());
        }
    }

    private long blockedAt(int server) {
        return servers().call(server, "CLIENT", "LIST").toString().lines().filter(line -> line.contains("cmd=blpop")).count();
    }

    @Test
    void aReplicaAnswersIfThatIsTheRole() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setRole(RedisRole.REPLICA)
                .setEndpoints(new ArrayList<>(servers().sentinelUrls())), new MultiplexerOptions());
        assertTrue(awaitText(redis.send(request(Command.ROLE))).startsWith("[slave"));
        assertTrue(awaitFailure(redis.send(request(Command.SET, "key", "value"))).getMessage().startsWith("READONLY"));
        String address = redis.status().nodes().get(0).address();
        int used = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        servers().servers().stream().filter(server -> server.port() == used).forEach(server -> server.kill());
        assertTrue(awaitText(redis.send(request(Command.ROLE))).startsWith("[slave"));
    }

    @Test
    void aSentinelAnswersIfThatIsTheRole() throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setRole(RedisRole.SENTINEL)
                .setEndpoints(new ArrayList<>(servers().sentinelUrls())), new MultiplexerOptions());
        assertTrue(awaitText(redis.send(request(Command.ROLE))).startsWith("[sentinel"));
        servers().sentinel(0).kill();
        RealRedis.eventually(() -> redis.send(request(Command.ROLE)));
    }

    @Test
    void whatWasNeverAnsweredFailsAtItsDeadline() throws Exception {
        servers().sentinels().forEach(sentinel -> sentinel.kill());
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(1)));
        Throwable failure = awaitFailure(redis.send(request(Command.GET, "key")));
        assertTrue(failure instanceof CommandFailure, failure::toString);
        assertFalse(((CommandFailure) failure).sent());
        assertTrue(failure.getMessage().contains("sentinel"), failure::getMessage);
    }
}
