package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;

/** {@link CommandTracer}: there is a span for whatever is asked for, also for what never gets to the server. */
class CommandTracerTest {

    private final Queue<CommandTracer.Operation> begun = new ConcurrentLinkedQueue<>();
    private final Queue<String> ends = new ConcurrentLinkedQueue<>();
    private RedisServer server;
    private Vertx vertx;
    private RedisOptions options;
    private MultiplexedRedis redis;

    @BeforeEach
    void start() {
        server = RedisServer.start();
        vertx = Vertx.builder().withTracer(none -> new VertxTracer<>() {
        }).build();
        options = new RedisOptions().setConnectionString("redis://127.0.0.1:" + server.port() + "/3");
        redis = client();
    }

    private MultiplexedRedis client() {
        return client(new MultiplexerOptions());
    }

    private MultiplexedRedis client(MultiplexerOptions multiplexer) {
        return MultiplexedRedis.create(vertx, options, multiplexer.setCommandTracer(this::begin));
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
        await(vertx.close());
        server.close();
    }

    private CommandTracer.CommandSpan begin(CommandTracer.Operation operation) {
        begun.add(operation);
        return new CommandTracer.CommandSpan() {
            @Override
            public void succeeded(Optional<SocketAddress> peer) {
                ends.add("ok at " + peer.map(SocketAddress::port));
            }

            @Override
            public void failed(Throwable cause, Optional<String> code, Optional<SocketAddress> peer) {
                ends.add(code.orElseGet(() -> cause.getClass().getSimpleName()) + " at " + peer.map(SocketAddress::port));
            }
        };
    }

    static Stream<Arguments> calls() {
        return Stream.of(
                call("set 1", "ok", redis -> redis.send(request(Command.SET, "key", "value"))),
                call("hset 1", "WRONGTYPE", redis -> redis.send(request(Command.HSET, "key", "field", "value"))),
                call("get 1", "NoStackTraceThrowable", redis -> redis.send(request(Command.GET))),
                call("multi 1", "NoStackTraceThrowable", redis -> redis.send(request(Command.MULTI))),
                call("subscribe 1", "NoStackTraceThrowable", redis -> redis.send(request(Command.SUBSCRIBE, "channel"))),
                call("blpop 1", "ok", redis -> redis.send(request(Command.BLPOP, "none", "0.01"))),
                call("select 1", "ok", redis -> redis.send(request(Command.SELECT, 7))),
                call("PIPELINE 2", "WRONGTYPE",
                        redis -> redis.batch(List.of(request(Command.GET, "key"), request(Command.LLEN, "key")))),
                call("get 1", "ok", redis -> redis.batch(List.of(request(Command.GET, "key")))),
                call("PIPELINE 2", "NoStackTraceThrowable",
                        redis -> redis.batch(List.of(request(Command.GET, "key"), request(Command.SUBSCRIBE, "a")))),
                call("subscribe 1", "ok", onConnection(request -> request.send(request(Command.SUBSCRIBE, "channel")))),
                call("get 1", "ok", onConnection(connection -> connection.send(request(Command.GET, "key")))),
                call("MULTI set 2", "ok",
                        onConnection(connection -> connection.batch(List.of(request(Command.MULTI),
                                request(Command.SET, "key", "1"), request(Command.SET, "key", "2"), request(Command.EXEC))))),
                call("client 1", "IllegalArgumentException",
                        onConnection(connection -> connection.send(request(Command.CLIENT, "REPLY", "OFF")))));
    }

    private static Arguments call(String name, String end, Function<Redis, Future<?>> call) {
        return Arguments.of(name, end, call);
    }

    private static Function<Redis, Future<?>> onConnection(Function<RedisConnection, Future<?>> use) {
        return redis -> redis.connect().compose(connection -> {
            connection.handler(message -> {
            });
            return use.apply(connection).eventually(() -> connection.close());
        });
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("calls")
    void eachCallHasASpan(String name, String end, Function<Redis, Future<?>> call) throws Exception {
        await(redis.send(request(Command.SET, "key", "value")));
        begun.clear();
        ends.clear();
        await(call.apply(redis).otherwiseEmpty());
        CommandTracer.Operation only = begun.remove();
        assertEquals(name, only.name() + " " + only.batchSize());
        assertEquals(Optional.of("3"), only.database());
        assertEquals(SocketAddress.inetSocketAddress(server.port(), "127.0.0.1"), only.server());
        assertEquals(end + " at Optional[" + server.port() + "]", ends.remove());
        assertTrue(begun.isEmpty() && ends.isEmpty());
    }

    @Test
    void whatIsNeverConnectedHasNoPeer() throws Exception {
        server.kill();
        Redis other = client();
        await(other.connect().otherwiseEmpty());
        await(other.send(request(Command.MULTI)).otherwiseEmpty());
        assertEquals(List.of("NoStackTraceThrowable at Optional.empty"), List.copyOf(ends));
        other.close();
    }

    @Test
    void whatDoesNotFitIntoTheBacklogHasASpanAndSoHasWhatWaitsInItInVain() throws Exception {
        server.kill();
        MultiplexedRedis other = client(
                new MultiplexerOptions().setLanes(1).setMaxPending(1).setCommandTimeout(Duration.ofSeconds(1)));
        Promise<List<Future<?>>> sent = Promise.promise();
        vertx.runOnContext(turn -> sent
                .complete(List.of(other.send(request(Command.GET, "key")), other.send(request(Command.LLEN, "key")))));
        List<Future<?>> answers = await(sent.future());
        assertInstanceOf(BacklogFullException.class, awaitFailure(answers.get(1)));
        assertInstanceOf(ConnectionLostException.class, awaitFailure(answers.get(0)));
        assertEquals(List.of("get", "llen"), begun.stream().map(CommandTracer.Operation::name).toList());
        assertEquals(List.of("BacklogFullException at Optional.empty", "ConnectionLostException at Optional.empty"),
                List.copyOf(ends));
        other.close();
    }

    @Test
    void aCommandThatDoesNotWaitForAConnectionHasASpan() throws Exception {
        server.kill();
        MultiplexedRedis other = client(new MultiplexerOptions().setUnavailable(UnavailablePolicy.FAIL_FAST));
        awaitFailure(other.send(request(Command.GET, "key")));
        awaitFailure(other.send(request(Command.BLPOP, "key", 1)));
        assertEquals(List.of("ConnectionLostException at Optional.empty", "ConnectionLostException at Optional.empty"),
                List.copyOf(ends));
        other.close();
    }

    @Test
    void theCommandThatMakesTheConnectionHasItsPeer() throws Exception {
        await(redis.send(request(Command.PING)));
        assertEquals(List.of("ok at Optional[" + server.port() + "]"), List.copyOf(ends));
    }

    @Test
    void aPolicyThatIgnoresSpansIgnoresThese() throws Exception {
        options.setTracingPolicy(TracingPolicy.IGNORE);
        MultiplexedRedis other = client();
        await(other.send(request(Command.PING)));
        assertTrue(begun.isEmpty());
        other.close();
    }

    @Test
    void whatItThrowsCostsNobodyAnything() throws Exception {
        MultiplexedRedis other = MultiplexedRedis.create(vertx, options,
                new MultiplexerOptions().setCommandTracer(operation -> {
                    throw new StackOverflowError();
                }));
        await(other.send(request(Command.PING)));
        other.close();
    }
}
