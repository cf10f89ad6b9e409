package io.quarkiverse.redis.multiplexer.runtime;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ClientStatus;
import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.ConnectionStatus;
import io.quarkiverse.redis.multiplexer.DedicatedStatus;
import io.quarkiverse.redis.multiplexer.LaneStatus;
import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.RealRedis;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
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

    @Test
    void everyMeterTellsTheClientAndTheNode() {
        metered(real.server().url(), new MultiplexerOptions());
        assertEquals(1 + ConnectionState.values().length + 5 + 13 + 2 * 4, registry.getMeters().size());
        registry.getMeters().forEach(meter -> {
            assertEquals("test", meter.getId().getTag("client"));
            if (!meter.getId().getName().equals("redis.multiplexer.nodes")) {
                assertEquals("localhost:" + real.server().port(), meter.getId().getTag("node"));
            }
        });
    }

    /** So that a dashboard can tell the node that is slow from those that are not. */
    @Test
    void eachNodeHasItsOwnFigures() {
        LaneStatus lane = new LaneStatus(0, ConnectionState.READY, 1, 2, 3, 4, 5, null, 6, 0,
                new LaneStatus.Failures(7, 8, 9, 10, 11),
                Duration.ofSeconds(12), 13, Duration.ofSeconds(14), new ConnectionStatus(ConnectionState.READY, 2, null));
        ClientStatus status = new ClientStatus("test", true, RoutingStatus.UNUSED,
                List.of(new NodeStatus("one:1", NodeRole.PRIMARY, "redis", "8.0.2", List.of(lane), 1, 10, 100, 1000,
                        DedicatedStatus.UNUSED, List.of()),
                        new NodeStatus("two:2", NodeRole.PRIMARY, "redis", "8.0.2", List.of(lane, lane), 2, 20, 200, 2000,
                                new DedicatedStatus(2, 1, 30, null),
                                List.of(new ConnectionStatus(ConnectionState.BACKING_OFF, 3, null)))));
        new ClientMeters(client(status)).bindTo(registry);

        assertEquals(3, value("commands", "node", "one:1"));
        assertEquals(6, value("commands", "node", "two:2"));
        assertEquals(14, value("failures", "node", "two:2", "reason", "server_error"));
        assertEquals(1, value("lanes", "node", "one:1", "state", "ready"));
        assertEquals(2, value("dedicated.connections", "node", "two:2"));
        assertEquals(20, value("subscriptions", "node", "two:2"));
        assertEquals(100, value("subscription.restorations", "node", "one:1"));
        assertEquals(2000, value("replica.fallbacks", "node", "two:2"));
        assertEquals(2, value("connections", "node", "two:2", "use", "lane"));
        assertEquals(2, value("connections", "node", "two:2", "use", "side_track"));
        assertEquals(2, value("connections", "node", "two:2", "use", "dedicated"));
        assertEquals(0, value("connections", "node", "two:2", "use", "subscriptions"));
        assertEquals(10, value("connects", "node", "two:2", "use", "lane"));
        assertEquals(4, value("connects", "node", "two:2", "use", "side_track"));
        assertEquals(30, value("connects", "node", "two:2", "use", "dedicated"));
        assertEquals(3, value("connects", "node", "two:2", "use", "subscriptions"));
    }

    @Test
    void nodesThatComeGetMetersAndThoseOfTheOnesThatAreGoneAreRemoved() {
        AtomicReference<ClientStatus> status = new AtomicReference<>(knowing("one:1", "two:2"));
        new ClientMeters(client(status::get)).bindTo(registry);
        assertEquals(2, value("nodes"));
        int before = registry.getMeters().size();

        status.set(knowing("two:2", "three:3"));
        assertEquals(2, value("nodes"));
        assertEquals(before, registry.getMeters().size());
        assertEquals(Set.of("two:2", "three:3"), registry.find("redis.multiplexer.commands").meters().stream()
                .map(meter -> meter.getId().getTag("node")).collect(Collectors.toSet()));
        assertEquals(1, value("dedicated.connections", "node", "three:3"));
    }

    private static ClientStatus knowing(String... addresses) {
        return new ClientStatus("c", true, RoutingStatus.UNUSED, Arrays.stream(addresses)
                .map(address -> new NodeStatus(address, NodeRole.PRIMARY, "redis", "8.0.2", List.of(), 1, 0, 0, 0,
                        DedicatedStatus.UNUSED, List.of()))
                .toList());
    }

    private static MultiplexedRedis client(ClientStatus status) {
        return client(() -> status);
    }

    /** One that has a name and a status, and nothing else. */
    private static MultiplexedRedis client(Supplier<ClientStatus> status) {
        return (MultiplexedRedis) Proxy.newProxyInstance(ClientMetersTest.class.getClassLoader(),
                new Class<?>[] { MultiplexedRedis.class },
                (client, method, arguments) -> method.getName().equals("name") ? status.get().name() : status.get());
    }

    private MultiplexedRedis metered(String url, MultiplexerOptions options) {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(url), options);
        new ClientMeters(redis).bindTo(registry);
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
        return registry.get("redis.multiplexer." + name).tags(tags).meter().measure().iterator().next().getValue();
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
