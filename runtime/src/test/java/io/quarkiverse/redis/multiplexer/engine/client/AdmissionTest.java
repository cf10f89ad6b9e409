package io.quarkiverse.redis.multiplexer.engine.client;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandSpec;
import io.quarkiverse.redis.multiplexer.engine.command.Detour;
import io.quarkiverse.redis.multiplexer.engine.command.Operation;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.Route;
import io.quarkiverse.redis.multiplexer.engine.pubsub.PublishGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.NumberType;
import io.vertx.redis.client.impl.types.SimpleStringType;

/** Which way requests are sent, those to a client and those to a connection of it; and which are not let in. */
class AdmissionTest {

    private static final int MANY = 1024 * 1024;

    private final Vertx vertx = Vertx.vertx();
    private final FakeTopology topology = new FakeTopology(vertx);
    private final MultiplexerOptions options = new MultiplexerOptions();
    private final PendingBytes bytes = PendingBytes.atMost(options.getMaxPendingBytes());
    private final ClientParts parts = new ClientParts(vertx, options, bytes, topology,
            new PublishGate(options, topology.failures(), bytes));
    private final Admission client = new Admission(vertx, topology, new ClientEntrance(parts));
    private final RedisConnection connection = new LazyConnection(parts, vertx.getOrCreateContext());

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void anOrdinaryCommandIsShared() throws Exception {
        Future<Response> reply = client.send(request(Command.GET, "key"));
        assertEquals(List.of("submit get"), topology.asked);
        topology.commands.get(0).onReply(NumberType.create(1L));
        assertEquals("1", awaitText(reply));

        connection.send(request(Command.SET, "key", "value"));
        assertEquals("submit set", topology.asked.get(1));
    }

    /** An entrance that answers all, and hears what has failed. */
    private final class Answering implements Admission.Entrance {

        final List<Object> failed = new ArrayList<>();

        @Override
        public boolean isOpenFor(Context caller, Request request) {
            return false;
        }

        @Override
        public Optional<Throwable> objection(Route route, boolean batched) {
            return Optional.empty();
        }

        @Override
        public CommandReport report(Request request) {
            return new CommandReport() {
                @Override
                public void succeeded(Object reply) {
                    throw new InternalError("for the test");
                }

                @Override
                public void failed(Throwable cause) {
                    failed.add(cause.getMessage());
                }
            };
        }

        @Override
        public CommandReport report(Operation operation) {
            return report(operation.first());
        }

        @Override
        public CommandReport reportObjection(Operation operation) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Response> answer(Context caller, CommandSpec spec, Request request, Route route, long size) {
            return Optional.of(SimpleStringType.OK);
        }

        @Override
        public void take(Call call) {
            throw new InternalError("for the test, too");
        }

        @Override
        public void failed(List<Request> requests, Throwable cause, Context caller) {
            failed.add(requests);
        }
    }

    @Test
    void whatIsLetInAndCannotBeAnsweredOrTakenHasFailed() throws Exception {
        Answering answering = new Answering();
        Admission admission = new Admission(vertx, topology, answering);
        Request multi = request(Command.MULTI);
        assertEquals("for the test", awaitFailure(admission.send(multi)).getMessage());
        assertEquals("for the test, too", awaitFailure(admission.batch(List.of(multi))).getMessage());
        assertEquals(List.of(List.of(multi), "for the test", List.of(multi), "for the test, too"), answering.failed);
    }

    @Test
    void aBatchIsOneCommand() {
        List<Request> requests = List.of(request(Command.GET, "key"), request(Command.MULTI), request(Command.EXEC));
        client.batch(requests);
        connection.batch(requests);

        assertEquals(List.of("submit a batch of 3 commands", "submit a batch of 3 commands"), topology.asked);
    }

    @Test
    void anEmptyBatchIsAnsweredByItself() throws Exception {
        assertEquals(List.of(), await(client.batch(List.of())));
        assertEquals(List.of(), await(connection.batch(List.of())));
        assertEquals(List.of(), topology.asked);
    }

    @Test
    void whatBlocksRunsAlone() {
        client.send(request(Command.BLPOP, "queue", 1));
        client.send(request(Command.CLIENT, "ID"));
        client.batch(List.of(request(Command.PING), request(Command.BLPOP, "queue", 1)));
        connection.send(request(Command.BLPOP, "queue", 1));

        assertEquals(List.of("runAlone blpop", "runAlone client", "runAlone a batch of 2 commands", "lend blpop"),
                topology.asked);
    }

    @Test
    void whatIsOversizedKeepsItsPlaceAmongTheOthersAndRunsAlone() {
        Request oversized = oversized();
        client.send(oversized);
        assertEquals(List.of("submit mget"), topology.asked);
        assertInstanceOf(Detour.class, topology.commands.get(0)).beginElsewhere(() -> {
        });
        connection.send(oversized);

        assertEquals(List.of("submit mget", "runAlone mget", "lend mget"), topology.asked);
    }

    @Test
    void whereKeysDecideWhatIsOversizedKeepsItsPlaceAmongThoseOfItsConnectionToo() {
        topology.placesByKeys = true;
        Request oversized = oversized();
        connection.send(oversized);
        connection.batch(List.of(oversized, request(Command.PING)));
        connection.send(request(Command.GET, "key"));
        assertEquals(List.of("submit mget", "submit a batch of 2 commands", "submit get"), topology.asked);
        assertInstanceOf(Detour.class, topology.commands.get(0)).beginElsewhere(() -> {
        });
        assertEquals("runAlone mget", topology.asked.get(3));
        topology.commands.get(3).onReply(null);

        connection.send(request(Command.WATCH, "key"));
        connection.send(oversized);
        assertEquals(List.of("lend watch"), topology.asked.subList(4, topology.asked.size()));
    }

    private static Request oversized() {
        Request oversized = Request.cmd(Command.MGET);
        for (int i = 0; i < MANY; i++) {
            oversized.arg("k");
        }
        return oversized;
    }

    @Test
    void whatNeedsAConnectionIsRefusedToAClient() throws Exception {
        assertEquals("Transactional command in connection-less mode not allowed",
                awaitFailure(client.send(request(Command.MULTI))).getMessage());
        assertEquals("PubSub command in connection-less mode not allowed",
                awaitFailure(client.send(request(Command.SUBSCRIBE, "news"))).getMessage());
        assertEquals("PubSub command in connection-less batch not allowed",
                awaitFailure(client.batch(List.of(request(Command.SUBSCRIBE, "news")))).getMessage());
        assertEquals("PubSub command in batch not allowed",
                awaitFailure(connection.batch(List.of(request(Command.SUBSCRIBE, "news")))).getMessage());
        assertEquals(List.of(), topology.asked);

        connection.send(request(Command.WATCH, "key"));
        assertEquals(List.of("lend watch"), topology.asked);
    }

    @Test
    void whatTheServerWouldNotAnswerIsRefused() throws Exception {
        Request silent = request(Command.CLIENT, "REPLY", "OFF");
        for (Future<?> refused : List.of(client.send(silent), connection.send(silent), client.batch(List.of(silent)),
                connection.batch(List.of(silent)))) {
            assertInstanceOf(IllegalArgumentException.class, awaitFailure(refused));
        }
        assertEquals(List.of(), topology.asked);
    }

    @Test
    void aWrongNumberOfArgumentsIsRefused() throws Exception {
        for (Future<?> refused : List.of(client.send(request(Command.GET)), connection.send(request(Command.GET)),
                client.send(request(Command.SUBSCRIBE)), connection.send(request(Command.SUBSCRIBE)),
                client.batch(List.of(request(Command.PING), request(Command.GET))),
                connection.batch(List.of(request(Command.PING), request(Command.GET))))) {
            String message = awaitFailure(refused).getMessage();
            assertTrue(message.startsWith("Redis command is not valid"), message);
        }
        assertEquals(List.of(), topology.asked);
    }

    @Test
    void subscriptionsOfAConnectionGoToTheHub() throws Exception {
        Future<Response> news = connection.send(request(Command.SUBSCRIBE, "news"));
        Future<Response> nothing = connection.send(request(Command.PUNSUBSCRIBE));
        assertEquals(List.of("hub subscribe", "hub punsubscribe"), topology.asked);
        assertFalse(news.isComplete());
        topology.subscriptions.get(0).complete();
        topology.subscriptions.get(1).fail(new ConnectException("gone"));

        assertEquals(null, await(news));
        assertEquals("gone", awaitFailure(nothing).getMessage());
    }

    @Test
    void aConnectionThatWasClosedByItsCallerTakesNothing() throws Exception {
        connection.send(request(Command.SUBSCRIBE, "news"));
        await(connection.close());

        assertInstanceOf(ConnectionLostException.class, awaitFailure(connection.send(request(Command.GET, "key"))));
        assertInstanceOf(ConnectionLostException.class, awaitFailure(connection.send(request(Command.SUBSCRIBE, "weather"))));
        assertEquals(List.of("hub subscribe", "detach"), topology.asked);
    }

    @Test
    void aPromotionWaitsForWhatIsShared() throws Exception {
        Future<Response> first = connection.send(request(Command.INCR, "n"));
        Future<Response> watch = connection.send(request(Command.WATCH, "n"));
        Future<Response> behind = connection.send(request(Command.INCR, "n"));
        assertEquals(List.of("submit incr", "lend watch"), topology.asked);

        ConnectException cause = new ConnectException("gone");
        topology.loans.get(0).fail(cause);
        assertSame(cause, awaitFailure(watch));
        assertSame(cause, awaitFailure(behind));
        assertFalse(first.isComplete());
        topology.commands.get(0).onReply(NumberType.create(1L));
        assertEquals("1", awaitText(first));

        // What the caller had built up is lost, so there is no second try.
        assertSame(cause, awaitFailure(connection.send(request(Command.INCR, "n"))));
        assertEquals(2, topology.asked.size());
    }

    @Test
    void whatIsThrownBeforeThereIsACommandFailsItsFuture() throws Exception {
        Error thrown = new Error("no memory for the report");
        topology.thrown = Optional.of(thrown);
        for (Future<?> failed : List.of(client.send(request(Command.GET, "key")), client.send(request(Command.BLPOP, "q", 1)),
                client.send(request(Command.GET)), client.batch(List.of(request(Command.GET, "key"))),
                connection.send(request(Command.GET, "key")), connection.batch(List.of(request(Command.GET, "key"))))) {
            assertSame(thrown, awaitFailure(failed));
        }
        assertEquals(List.of(), topology.asked);
    }

    @Test
    void aCallerWhoseEventLoopIsGoneIsToldSo() throws Exception {
        await(vertx.close());

        assertInstanceOf(ConnectionLostException.class, client.send(request(Command.GET, "key")).cause());
        assertInstanceOf(ConnectionLostException.class, client.batch(List.of(request(Command.GET, "key"))).cause());
        assertInstanceOf(ConnectionLostException.class, connection.send(request(Command.SUBSCRIBE, "news")).cause());
    }
}
