package io.quarkiverse.redis.multiplexer.runtime;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.test.DelayLine;
import io.quarkiverse.redis.multiplexer.test.FaultProxy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Each meter, moved by what it is there for. */
class ClientMetersTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void commandsThatAreSentTogetherAreOneBatch() throws Exception {
        MultiplexedRedis redis = metered(real.server().url(), new MultiplexerOptions());
        await(redis.send(request(Command.PING)));
        double commands = value("commands");
        double batches = value("batches");
        double backlogSeconds = value("backlog.time", Statistic.TOTAL_TIME);

        await(sendTogether(redis, 100));

        awaitValue(commands + 100, "commands");
        assertTrue(value("batches") - batches < 50, () -> "batches: " + value("batches"));
        assertEquals(value("commands"), value("backlog.time", Statistic.COUNT));
        assertTrue(value("backlog.time", Statistic.TOTAL_TIME) > backlogSeconds);
    }

    @Test
    void theTimeInTheBacklogIncludesAnEventLoopThatIsBusy() throws Exception {
        MultiplexedRedis redis = metered(real.server().url(), new MultiplexerOptions().setLanes(1));
        Promise<Void> running = Promise.promise();
        await(redis.send(request(Command.PING)));
        double before = value("backlog.time", Statistic.TOTAL_TIME);
        real.vertx().getOrCreateContext().runOnContext(start -> {
            running.complete();
            long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        });
        await(running.future());
        await(redis.send(request(Command.PING)));

        double waited = value("backlog.time", Statistic.TOTAL_TIME) - before;
        assertTrue(waited > 0.1 && waited < 10, () -> waited + " s");
    }

    @Test
    void theRoundTripIsThatOfTheNetworkAndTheServer() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port())) {
            MultiplexedRedis redis = metered(proxy.url(), new MultiplexerOptions());
            await(redis.send(request(Command.PING)));
            double before = value("round.trip.time", Statistic.TOTAL_TIME);
            proxy.latency(50, TimeUnit.MILLISECONDS);
            await(redis.send(request(Command.PING)));

            awaitUntil(() -> value("round.trip.time", Statistic.TOTAL_TIME) - before > 0.09);
            double roundTrip = value("round.trip.time", Statistic.TOTAL_TIME) - before;
            assertTrue(roundTrip < 10, () -> roundTrip + " s");
            assertTrue(value("round.trip.time", Statistic.COUNT) >= 1);
        }
    }

    @Test
    void errorsOfTheServerAreFailures() throws Exception {
        MultiplexedRedis redis = metered(real.server().url(), new MultiplexerOptions());
        await(redis.send(request(Command.SET, "text", "abc")));
        awaitFailure(redis.send(request(Command.INCR, "text")));
        awaitFailure(redis.batch(List.of(request(Command.INCR, "text"), request(Command.PING), request(Command.INCR, "text"))));
        awaitValue(3, "failures", "reason", "server_error");
    }

    @Test
    void commandsWithoutAnAnswerAreInFlightAndThenTimeouts() throws Exception {
        MultiplexedRedis redis = metered(real.server().url(),
                new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3)).setLanes(1));
        await(redis.send(request(Command.PING)));
        awaitValue(0, "in.flight");
        real.server().freeze();
        try {
            Future<Response> reply = redis.send(request(Command.INCR, "n"));
            awaitValue(1, "in.flight");
            assertInstanceOf(CommandTimeoutException.class, awaitFailure(reply));
            awaitValue(1, "failures", "reason", "timeout");
        } finally {
            real.server().thaw();
        }
    }

    @Test
    void aLostConnectionIsAReconnectAndWhatWasInFlightIsRetriedOrLost() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port())) {
            MultiplexedRedis redis = metered(proxy.url(), new MultiplexerOptions().setLanes(1));
            await(redis.send(request(Command.PING)));
            proxy.halfOpen();
            Future<Response> read = redis.send(request(Command.GET, "key"));
            Future<Response> write = redis.send(request(Command.INCR, "n"));
            awaitValue(2, "in.flight");
            proxy.reset();

            assertInstanceOf(ConnectionLostException.class, awaitFailure(write));
            await(read);
            awaitValue(1, "retries");
            awaitValue(1, "failures", "reason", "connection_lost");
            awaitValue(1, "reconnects");
        }
    }

    @Test
    void aServerThatIsAwayMakesABacklog() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port())) {
            proxy.refuse(true);
            MultiplexedRedis redis = metered(proxy.url(), new MultiplexerOptions().setLanes(1).setMaxPending(2));
            Future<Response> first = redis.send(request(Command.PING));
            Future<Response> second = redis.send(request(Command.PING));
            awaitValue(2, "backlog");
            awaitValue(1, "lanes", "state", "backing_off");
            assertInstanceOf(BacklogFullException.class, awaitFailure(redis.send(request(Command.PING))));
            assertEquals(1, value("failures", "reason", "backlog_full"));

            proxy.refuse(false);
            await(Future.all(first, second));
            awaitValue(1, "lanes", "state", "ready");
            awaitValue(0, "backlog");
        }
    }

    @Test
    void commandsThatDoNotWaitForTheServerAreFailures() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port())) {
            proxy.refuse(true);
            MultiplexedRedis redis = metered(proxy.url(),
                    new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
            awaitFailure(redis.send(request(Command.PING)));
            awaitValue(1, "failures", "reason", "unavailable");
        }
    }

    @Test
    void subscriptionsAndTheirRestoration() throws Exception {
        try (FaultProxy proxy = new FaultProxy(real.server().port())) {
            MultiplexedRedis redis = metered(proxy.url(), new MultiplexerOptions());
            RedisConnection connection = await(redis.connect());
            await(connection.send(request(Command.SUBSCRIBE, "news", "weather")));
            awaitValue(2, "subscriptions");
            assertEquals(0, value("subscription.restorations"));
            proxy.reset();
            awaitValue(1, "subscription.restorations");
        }
    }

    @Test
    void aBlockingCommandHasAConnectionOfItsOwn() throws Exception {
        MultiplexedRedis redis = metered(real.server().url(), new MultiplexerOptions());
        assertEquals(0, value("dedicated.connections"));
        Future<Response> job = redis.send(request(Command.BLPOP, "queue", 10));
        awaitValue(1, "dedicated.connections");
        await(redis.send(request(Command.RPUSH, "queue", "job")));
        assertEquals("[queue, job]", awaitText(job));
    }

    /** One that is made after the link has turned out to be slow, which is when it pays. */
    @Test
    void aConnectionForLargeRepliesIsCountedAsOneOfItsOwnKind() throws Exception {
        try (DelayLine link = new DelayLine(real.server().port(), 0, 4_000_000)) {
            MultiplexedRedis redis = metered(link.url(), new MultiplexerOptions().setLanes(1));
            await(redis.send(request(Command.SET, "large", "x".repeat(1_000_000))));
            assertEquals(0, value("connections", "use", "side_track"));
            awaitUntil(() -> {
                await(redis.send(request(Command.GET, "large")));
                return value("connections", "use", "side_track") == 1;
            });
            assertEquals(1, value("connects", "use", "side_track"));
            assertEquals(1, value("connections", "use", "lane"));
            assertEquals(2, real.connections());
        }
    }

    @Test
    void everyMeterTellsTheClientAndTheNode() {
        metered(real.server().url(), new MultiplexerOptions());
        assertEquals(1 + 6 + ConnectionState.values().length + 5 + 13 + 2 * 4, registry.getMeters().size());
        registry.getMeters().forEach(meter -> {
            assertEquals("test", meter.getId().getTag("client"));
            if (!meter.getId().getName().equals("redis.multiplexer.nodes")) {
                assertTrue(Set.of("none", "localhost:" + real.server().port()).contains(meter.getId().getTag("node")));
            }
        });
        assertEquals(Set.of("redis.multiplexer.backlog", "redis.multiplexer.failures"),
                registry.getMeters().stream().filter(meter -> "none".equals(meter.getId().getTag("node")))
                        .map(meter -> meter.getId().getName()).collect(Collectors.toSet()));
    }

    /** In that of the Turks, the small letter to an I is one without a dot. */
    @Test
    void tagsDoNotDependOnTheLanguageOfTheMachine() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            metered(real.server().url(), new MultiplexerOptions());
        } finally {
            Locale.setDefault(before);
        }
        assertEquals(Set.of("idle", "connecting", "handshaking", "ready", "backing_off", "closing", "closed"),
                registry.get("redis.multiplexer.lanes").meters().stream().map(meter -> meter.getId().getTag("state"))
                        .collect(Collectors.toSet()));
    }

    private MultiplexedRedis metered(String url, MultiplexerOptions options) {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(url), options);
        // Each figure is read anew.
        AtomicLong clock = new AtomicLong();
        new ClientMeters(redis, () -> clock.addAndGet(2 * RecentStatus.MAX_AGE_NANOS)).bindTo(registry);
        return redis;
    }

    /** In one turn of an event loop. */
    private Future<Void> sendTogether(MultiplexedRedis redis, int count) {
        Promise<Void> promise = Promise.promise();
        real.vertx().getOrCreateContext().runOnContext(start -> {
            List<Future<Response>> replies = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                replies.add(redis.send(request(Command.INCR, "n")));
            }
            Future.all(replies).<Void> mapEmpty().onComplete(promise);
        });
        return promise.future();
    }

    private double value(String name, String... tags) {
        return registry.get("redis.multiplexer." + name).tags(tags).meters().stream()
                .mapToDouble(meter -> meter.measure().iterator().next().getValue()).sum();
    }

    /** Of a timer, in seconds. */
    private double value(String name, Statistic statistic) {
        for (var measurement : registry.get("redis.multiplexer." + name).meter().measure()) {
            if (measurement.getStatistic() == statistic) {
                return measurement.getValue();
            }
        }
        throw new AssertionError(name + " has no " + statistic);
    }

    /** Event loops publish their figures after callers have their replies. */
    private void awaitValue(double expected, String name, String... tags) {
        awaitUntil(() -> value(name, tags) == expected);
    }
}
