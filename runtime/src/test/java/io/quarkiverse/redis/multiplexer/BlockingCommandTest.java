package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Commands that wait on the server, on a real server. */
class BlockingCommandTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @Test
    void aBlockingPopIsAnsweredByAPushOfTheSameClient() throws Exception {
        MultiplexedRedis redis = real.client();
        Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 10));
        await(redis.send(request(Command.RPUSH, "queue", "job")));
        assertEquals("[queue, job]", awaitText(popped));
    }

    /** If it did delay others, it would in every round; a machine that is busy with something else is so in some. */
    @Test
    void aBlockingPopThatWaitsDelaysNobody() throws Exception {
        MultiplexedRedis redis = real.client();
        medianP99For(redis, Duration.ofSeconds(1));
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 3 && best > 3; round++) {
            long without = medianP99For(redis, Duration.ofSeconds(1));
            Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 0));
            awaitBlockedClient();
            long with = medianP99For(redis, Duration.ofSeconds(1));
            assertFalse(popped.isComplete());
            await(redis.send(request(Command.RPUSH, "queue", "job")));
            assertEquals("[queue, job]", awaitText(popped));
            System.out.printf("p99 of concurrent GETs: %d us without, %d us with a BLPOP that waits%n", without / 1000,
                    with / 1000);
            best = Math.min(best, (double) with / without);
        }
        assertTrue(best <= 3, "p99 grew by " + best);
    }

    @Test
    void moreBlockedCallersThanConnectionsWaitTheirTurn() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setMaxDedicatedConnections(2));
        List<Future<Response>> popped = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            popped.add(redis.send(request(Command.BLPOP, "queue", 5)));
        }
        for (int i = 0; i < 10; i++) {
            await(redis.send(request(Command.RPUSH, "queue", i)));
        }
        for (Future<Response> one : popped) {
            assertTrue(awaitText(one).startsWith("[queue, "));
        }
        assertTrue(redis.status().dedicatedConnections() <= 2);
    }

    @Test
    void waitingForAConnectionOfOnesOwnHasADeadline() throws Exception {
        MultiplexedRedis redis = real.client(
                new MultiplexerOptions().setMaxDedicatedConnections(1).setCommandTimeout(Duration.ofMillis(300)));
        redis.send(request(Command.BLPOP, "queue", 5));
        Throwable failure = awaitFailure(redis.send(request(Command.BLPOP, "queue", 5)));
        assertInstanceOf(BacklogFullException.class, failure);
        assertTrue(failure.getMessage().contains("had no connection to lend for blpop within 300 ms"), failure.getMessage());
    }

    /** The stock client tries to connect again, too, as often as it is told to. */
    @Test
    void whatNeedsAConnectionOfItsOwnWaitsForAServerThatIsAway() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port()); RespClient producer = real.server().client()) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(proxy.url()), new MultiplexerOptions());
            RedisConnection connection = await(redis.connect());
            proxy.refuse(true);
            Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 10));
            Future<Response> watched = connection.send(request(Command.WATCH, "key"));
            awaitUntil(() -> proxy.accepted() >= 4);
            proxy.refuse(false);

            assertEquals("OK", awaitText(watched));
            producer.call("RPUSH", "queue", "job");
            assertEquals("[queue, job]", awaitText(popped));
            await(connection.close());
        }
    }

    @Test
    void aBlockingCommandHasItsOwnTimeoutOnTopOfTheCommandTimeout() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3)));
        assertNull(await(redis.send(request(Command.BLPOP, "queue", 3.5))));
    }

    @Test
    void aBlockingCommandThatMissesItsDeadlineTakesItsConnectionWithIt() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3)));
        Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 3));
        awaitBlockedClient();
        real.server().freeze();
        Throwable failure = awaitFailure(popped);
        real.server().thaw();
        assertInstanceOf(CommandTimeoutException.class, failure);
        assertTrue(((CommandFailure) failure).sent());
        assertEquals(0, redis.status().dedicatedConnections());
    }

    @Test
    void aCommandThatBlocksForEverFailsWhenTheServerHasForgottenItsConnection() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port()); RespClient observer = real.server().client()) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(proxy.url()),
                    new MultiplexerOptions().setLivenessTimeout(Duration.ofMillis(300)));
            Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 0));
            awaitQuestionsAboutClients(2);
            String id = observer.connections().stream().filter(line -> line.contains("cmd=blpop")).findFirst().orElseThrow();
            proxy.halfOpen();
            observer.call("CLIENT", "KILL", "ID", id.substring("id=".length(), id.indexOf(' ')));
            Throwable failure = awaitFailure(popped);
            assertInstanceOf(ConnectionLostException.class, failure);
            assertTrue(((CommandFailure) failure).sent());
            assertTrue(failure.getMessage().contains("does not know the connection"), failure.getMessage());
            assertEquals(0, redis.status().dedicatedConnections());
        }
    }

    /** As after a failover: the number of the connection is somebody else's there. */
    @Test
    void aCommandThatBlocksForEverFailsWhenItsConnectionIsSomebodyElsesOnTheServer() throws Exception {
        AtomicInteger questions = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "HELLO" -> "%1\r\n+id\r\n:7\r\n";
            case "CLIENT" -> "+id=7 flags=b cmd=" + (questions.getAndIncrement() == 0 ? "blpop" : "xread") + "\r\n";
            case "BLPOP" -> null;
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setLivenessTimeout(Duration.ofMillis(100)));
            assertInstanceOf(ConnectionLostException.class, awaitFailure(redis.send(request(Command.BLPOP, "queue", 0))));
        }
    }

    @Test
    void aCommandThatBlocksForEverMayDoSo() throws Exception {
        MultiplexedRedis redis = real.client(new MultiplexerOptions().setLivenessTimeout(Duration.ofMillis(100)));
        Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 0));
        awaitQuestionsAboutClients(3);
        await(redis.send(request(Command.RPUSH, "queue", "job")));
        assertEquals("[queue, job]", awaitText(popped));
    }

    /** As behind a proxy that has several servers, or answers by itself. */
    @Test
    void aConnectionThatTheServerHasNeverKnownIsLeftAlone() throws Exception {
        AtomicInteger questions = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "HELLO" -> "%1\r\n+id\r\n:7\r\n";
            case "CLIENT" -> {
                questions.incrementAndGet();
                yield "$0\r\n\r\n";
            }
            case "BLPOP" -> null;
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setLivenessTimeout(Duration.ofMillis(50)));
            Future<Response> popped = redis.send(request(Command.BLPOP, "queue", 0));
            awaitUntil(() -> questions.get() >= 5);
            assertFalse(popped.isComplete());
        }
    }

    @Test
    void readingAStreamBlocksOnlyIfToldTo() throws Exception {
        MultiplexedRedis redis = real.client();
        assertNull(await(redis.send(request(Command.XREAD, "STREAMS", "block", "0"))));
        assertEquals(0, redis.status().dedicatedConnections());
        Future<Response> read = redis.send(request(Command.XREAD, "BLOCK", 5000, "STREAMS", "block", "$"));
        assertFalse(read.isComplete());
        while (redis.status().dedicatedConnections() == 0) {
            await(redis.send(request(Command.PING)));
        }
        Future<Response> added = redis.send(request(Command.XADD, "block", "*", "field", "value"));
        await(added);
        // The reader may have come to the server only after the entry, which it does not get then.
        while (!read.isComplete()) {
            await(redis.send(request(Command.XADD, "block", "*", "field", "value")));
        }
        assertTrue(awaitText(read).contains("value"));
    }

    @Test
    void waitComesAfterTheWritesOfAllConnections() throws Exception {
        MultiplexedRedis redis = real.client();
        await(redis.send(request(Command.SET, "key", "value")));
        assertEquals("0", awaitText(redis.send(request(Command.WAIT, 0, 100))));
        try (var observer = real.server().client()) {
            assertTrue(((String) observer.call("INFO", "commandstats")).contains("cmdstat_publish:calls=1"));
        }
    }

    private void awaitQuestionsAboutClients(int count) {
        Pattern calls = Pattern.compile("cmdstat_client(?:\\|list)?:calls=(\\d+),");
        try (RespClient observer = real.server().client()) {
            for (;;) {
                Matcher matcher = calls.matcher((String) observer.call("INFO", "commandstats"));
                if (matcher.find() && Integer.parseInt(matcher.group(1)) >= count) {
                    return;
                }
            }
        }
    }

    private void awaitBlockedClient() {
        try (RespClient observer = real.server().client()) {
            awaitUntil(() -> ((String) observer.call("INFO", "clients")).contains("blocked_clients:1"));
        }
    }

    /** The median of the p99s of windows of GETs, ten at a time. One slow window is the machine's, not the client's. */
    private static long medianP99For(MultiplexedRedis redis, Duration duration) throws Exception {
        List<Long> windows = new ArrayList<>();
        for (long end = System.nanoTime() + duration.toNanos(); System.nanoTime() < end;) {
            windows.add(p99(redis));
        }
        windows.sort(null);
        return windows.get(windows.size() / 2);
    }

    private static long p99(MultiplexedRedis redis) throws Exception {
        long[] latencies = new long[500];
        for (int i = 0; i < latencies.length; i += 10) {
            long start = System.nanoTime();
            List<Future<Response>> replies = new ArrayList<>();
            for (int j = 0; j < 10; j++) {
                int index = i + j;
                replies.add(redis.send(request(Command.GET, "key"))
                        .onComplete(done -> latencies[index] = System.nanoTime() - start));
            }
            for (Future<Response> reply : replies) {
                await(reply);
            }
        }
        Arrays.sort(latencies);
        return latencies[(int) (latencies.length * 0.99)];
    }
}
