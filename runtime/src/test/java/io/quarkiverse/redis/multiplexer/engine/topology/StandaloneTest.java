package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.DedicatedStatus;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.NodeRole;
import io.quarkiverse.redis.multiplexer.NodeStatus;
import io.quarkiverse.redis.multiplexer.RoutingStatus;
import io.quarkiverse.redis.multiplexer.UnavailablePolicy;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Outage;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.PendingCommand;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.AttemptsByHand;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Uninterested;
import io.quarkiverse.redis.multiplexer.engine.lane.LoopHomes;
import io.quarkiverse.redis.multiplexer.engine.pubsub.MessageStream;
import io.quarkiverse.redis.multiplexer.engine.pubsub.Subscriber;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** The door to one server, with attempts to connect that fail by hand. */
class StandaloneTest {

    private static final int LOOPS = 3;
    private static final long MAX_BYTES = 10_000;
    private static final ConnectException REFUSED = new ConnectException("Connection refused");

    private static final Borrower NOBODY = new Uninterested();

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    private final List<EventLoop> loops = VertxAccess.eventLoops(vertx);
    private final Context caller = VertxAccess.newContext(vertx, loops.get(0));
    private final PendingBytes bytes = PendingBytes.atMost(MAX_BYTES);
    /** Its own, to be told from another one that says nothing. */
    private final ConnectionRole role = new ConnectionRole(List.of());
    private final AttemptsByHand connector = new AttemptsByHand();
    private Topology topology = standalone(new MultiplexerOptions());

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private Topology standalone(MultiplexerOptions options) {
        ClientSettings settings = ClientSettings.of("test", new RedisOptions().setConnectionString("redis://server:1234"),
                options);
        Node node = new Node(vertx, NodeAddress.of(settings.redis()), role, settings,
                new LoopHomes(settings.multiplexer().getLanes()), bytes, NodeWatcher.NOBODY, telemetry -> connector);
        return new Standalone(node, settings.multiplexer(), bytes);
    }

    @Test
    void nothingIsConnectedBeforeItIsNeeded() {
        topology.status();
        topology.hub(caller);

        assertEquals(List.of(), connector.attempts);
    }

    @Test
    void theCommandsOfOneEventLoopShareAConnection() {
        submit(caller, Command.GET, "one");
        submit(VertxAccess.newContext(vertx, loops.get(0)), Command.GET, "two");
        awaitAttempts(1);
        submit(VertxAccess.newContext(vertx, loops.get(1)), Command.GET, "three");

        awaitAttempts(2);
        awaitUntil(() -> topology.status().get(0).lanes().stream().mapToInt(lane -> lane.pending()).sum() == 3);
        assertEquals(2, topology.status().get(0).lanes().size());
    }

    @Test
    void aCommandFailsWithItsServerIfItIsNotToWait() throws Exception {
        topology = standalone(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        Future<Response> reply = submit(caller, Command.INCR, "n");
        awaitAttempts(1);
        connector.attempts.get(0).fail(REFUSED);

        ConnectionLostException failure = assertInstanceOf(ConnectionLostException.class, awaitFailure(reply));
        assertFalse(failure.sent());
        assertTrue(failure.getMessage().contains("'test' at server:1234"), failure.getMessage());
        awaitAllBytesFree();
    }

    @Test
    void anOutageIsKnownWhenAnAttemptHasFailedAndDuringTheNextOne() throws Exception {
        submit(caller, Command.GET, "one");
        awaitAttempts(1);
        assertEquals(Outage.NONE, topology.outage());
        connector.attempts.get(0).fail(REFUSED);
        awaitUntil(() -> topology.outage().extent() == Outage.Extent.TOTAL);
        assertTrue(topology.outage().cause().orElseThrow().getMessage().contains("'test' at server:1234 cannot connect"));

        awaitAttempts(2);
        assertEquals(Outage.Extent.TOTAL, topology.outage().extent());
        assertEquals(RoutingStatus.UNUSED, topology.routing());
    }

    @Test
    void whoIsRefusedIsToldWhatTheServerSaid() throws Exception {
        Future<Response> reply = submit(caller, Command.INCR, "n");
        awaitAttempts(1);
        connector.attempts.get(0).fail(ErrorType.create("WRONGPASS who are you"));

        assertTrue(awaitFailure(reply).getMessage().startsWith("WRONGPASS who are you"));
    }

    @Test
    void whoWaitsUntilItIsReadyIsToldThatItIsNot() throws Exception {
        Future<Void> ready = topology.whenReady(caller);
        awaitAttempts(1);
        connector.attempts.get(0).fail(REFUSED);

        assertInstanceOf(ConnectionLostException.class, awaitFailure(ready));
    }

    @Test
    void allSharedConnectionsCanBeMadeAtOnce() {
        topology.connectAll();

        awaitAttempts(LOOPS);
        assertEquals(LOOPS, topology.status().get(0).lanes().size());
    }

    @Test
    void whatRunsAloneIsNotOnASharedConnection() throws Exception {
        topology = standalone(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        Future<Response> reply = runAlone(caller, Command.BLPOP, "queue", "1");
        awaitAttempts(1);
        assertEquals(List.of(), topology.status().get(0).lanes());
        assertEquals(1, topology.status().get(0).dedicatedConnections());
        assertFalse(areAllBytesFree());
        connector.attempts.get(0).fail(REFUSED);

        assertFalse(assertInstanceOf(ConnectionLostException.class, awaitFailure(reply)).sent());
        awaitAllBytesFree();
    }

    @Test
    void whatRunsAloneCountsAmongTheBytesOfTheClient() throws Exception {
        Future<Response> reply = runAlone(caller, Command.BLPOP, "q".repeat((int) MAX_BYTES), "1");

        assertInstanceOf(BacklogFullException.class, awaitFailure(reply));
        assertEquals(List.of(), connector.attempts);
        assertTrue(areAllBytesFree());
    }

    @Test
    void theRoleOfTheNodeIsThatOfItsConnectionsForCommands() {
        submit(caller, Command.GET, "key");
        awaitAttempts(1);
        runAlone(caller, Command.BLPOP, "queue", "1");
        awaitAttempts(2);
        subscribe(caller, "news");
        awaitAttempts(3);

        assertSame(role, connector.roles.get(0));
        assertSame(role, connector.roles.get(1));
        assertSame(ConnectionRole.PLAIN, connector.roles.get(2));
    }

    @Test
    void noConnectionIsLentThatCannotBeMadeToWhoIsNotToWait() throws Exception {
        topology = standalone(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        Future<?> lent = topology.lend(caller, List.of(request(Command.WATCH, "key")), NOBODY);
        awaitAttempts(1);
        connector.attempts.get(0).fail(REFUSED);

        assertInstanceOf(ConnectionLostException.class, awaitFailure(lent));
    }

    @Test
    void whoNeedsAConnectionWaitsForTheServerAsACommandDoes() {
        Future<?> lent = topology.lend(caller, List.of(request(Command.WATCH, "key")), NOBODY);
        Future<Response> alone = runAlone(caller, Command.BLPOP, "queue", "1");
        awaitAttempts(2);
        connector.attempts.forEach(attempt -> attempt.fail(REFUSED));

        awaitAttempts(4);
        assertFalse(lent.isComplete());
        assertFalse(alone.isComplete());
    }

    @Test
    void whoNeedsAConnectionWaitsForNoLongerThanACommandMay() throws Exception {
        topology = standalone(new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(200)));
        Future<?> lent = topology.lend(caller, List.of(request(Command.WATCH, "key")), NOBODY);
        awaitAttempts(1);
        connector.attempts.get(0).fail(REFUSED);
        awaitAttempts(2);

        ConnectionLostException failure = assertInstanceOf(ConnectionLostException.class, awaitFailure(lent));
        assertFalse(failure.sent());
        assertTrue(failure.getMessage().contains("could not connect within 200 ms"), failure.getMessage());
        assertTrue(failure.getMessage().contains("Connection refused"), failure.getMessage());
    }

    @Test
    void whoeverTheServerRefusesAConnectionNeedNotWait() throws Exception {
        Future<?> lent = topology.lend(caller, List.of(request(Command.WATCH, "key")), NOBODY);
        awaitAttempts(1);
        connector.attempts.get(0).fail(ErrorType.create("WRONGPASS who are you"));

        assertTrue(awaitFailure(lent).getMessage().startsWith("WRONGPASS who are you"));
    }

    @Test
    void thereIsOneHub() throws Exception {
        Future<Void> news = subscribe(caller, "news");
        Future<Void> weather = subscribe(VertxAccess.newContext(vertx, loops.get(1)), "weather");
        awaitAttempts(1);
        connector.attempts.get(0).fail(ErrorType.create("NOPERM no"));

        assertTrue(awaitFailure(news).getMessage().startsWith("NOPERM"));
        assertTrue(awaitFailure(weather).getMessage().startsWith("NOPERM"));
        assertEquals(List.of(), topology.status().get(0).lanes());
    }

    @Test
    void theStatusIsThatOfTheServer() {
        assertEquals(List.of(new NodeStatus("server:1234", NodeRole.PRIMARY, "valkey", "9.1.2", List.of(), 0, 0, 0, 0,
                DedicatedStatus.UNUSED, List.of())),
                topology.status());
    }

    @Test
    void beforeItIsMadeItIsKnownWhereTheServerIs() {
        ClientSettings settings = ClientSettings.of("test", new RedisOptions().setConnectionString("redis://server:1234"),
                new MultiplexerOptions());

        assertEquals(List.of(new NodeStatus("server:1234", NodeRole.UNKNOWN, "", "", List.of(), 0, 0, 0, 0,
                DedicatedStatus.UNUSED, List.of())),
                Topology.configured(settings));
    }

    @Test
    void theEndFailsWhatWaits() throws Exception {
        Future<Response> ordinary = submit(caller, Command.INCR, "n");
        Future<Response> alone = runAlone(caller, Command.BLPOP, "queue", "1");
        Future<Void> subscription = subscribe(caller, "news");
        awaitAttempts(3);
        await(topology.close(Duration.ZERO));

        assertStopped(ordinary);
        assertStopped(subscription);
        connector.attempts.forEach(attempt -> attempt.tryFail(REFUSED));
        assertStopped(alone);
        assertTrue(connector.closed);
        awaitAllBytesFree();
    }

    @Test
    void afterTheEndEverythingFailsAsNotSent() throws Exception {
        await(topology.close(Duration.ZERO));

        assertStopped(topology.whenReady(caller));
        assertStopped(submit(caller, Command.INCR, "n"));
        assertStopped(runAlone(caller, Command.BLPOP, "queue", "1"));
        assertStopped(topology.lend(caller, List.of(request(Command.WATCH, "key")), NOBODY));
        assertStopped(subscribe(caller, "news"));
        topology.connectAll();
        assertEquals(List.of(), connector.attempts);
        assertTrue(areAllBytesFree());
    }

    private void assertStopped(Future<?> future) throws Exception {
        ConnectionLostException failure = assertInstanceOf(ConnectionLostException.class, awaitFailure(future));
        assertEquals(topology.failures().stopped().getMessage(), failure.getMessage());
        assertFalse(failure.sent());
    }

    private Future<Response> submit(Context context, Command command, Object... arguments) {
        Promise<Response> promise = VertxAccess.promise(context);
        topology.submit(context, command(request(command, arguments), promise));
        return promise.future();
    }

    private Future<Response> runAlone(Context context, Command command, Object... arguments) {
        Promise<Response> promise = VertxAccess.promise(context);
        Request request = request(command, arguments);
        topology.runAlone(context, command(request, promise), List.of(request), System.nanoTime(), new TimeLimit());
        return promise.future();
    }

    private static PendingCommand command(Request request, Promise<Response> promise) {
        return new SingleCommand(request, promise, CommandReport.NONE);
    }

    private Future<Void> subscribe(Context context, String channel) {
        MessageStream messages = new MessageStream(vertx, context, new MultiplexerOptions(), topology.failures());
        return topology.hub(context).call(new Subscriber(messages), request(Command.SUBSCRIBE, channel), context, () -> {
        });
    }

    private void awaitAttempts(int count) {
        awaitUntil(() -> connector.attempts.size() == count);
    }

    /** Lanes keep some for their next commands until they have had nothing to do for a while. */
    private void awaitAllBytesFree() {
        awaitUntil(this::areAllBytesFree);
    }

    private boolean areAllBytesFree() {
        boolean free = bytes.reserve(MAX_BYTES);
        if (free) {
            bytes.release(MAX_BYTES);
        }
        return free;
    }
}
