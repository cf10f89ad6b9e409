package io.quarkiverse.redis.multiplexer.engine.dedicated;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.BacklogFullException;
import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link DedicatedPool}: which connections there are, and who has them; connects are driven by hand. */
class DedicatedPoolTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final ClientSettings settings = ClientSettings.of("test", new RedisOptions(),
            new MultiplexerOptions().setMaxDedicatedConnections(2).setMaxPending(1)
                    .setCommandTimeout(Duration.ofSeconds(20)));
    private final Failures failures = new Failures("test", NodeAddress.of(settings.redis()), settings.multiplexer());
    private final HandConnector connector = new HandConnector(context, failures);
    private final List<String> demotions = new CopyOnWriteArrayList<>();
    private final DedicatedPool pool = new DedicatedPool(vertx, connector, settings, failures,
            new DedicatedPool.Surroundings() {
                @Override
                public Future<Response> question(Context caller, Request request) {
                    return Future.failedFuture("Nobody there");
                }

                @Override
                public void onDemoted(ErrorType error) {
                    demotions.add(error.getMessage());
                }
            });

    @AfterEach
    void stop() throws Exception {
        await(pool.close());
        await(vertx.close());
    }

    @Test
    void aConnectionIsMadeWhenItIsNeededAndLentAgain() throws Exception {
        assertEquals(0, pool.size());
        Future<LentConnection> first = acquire();
        HandSocket server = onLoop(connector.attempt(1)::succeed);
        LentConnection connection = await(first);
        await(onLoop(() -> ping(connection, server)));
        onLoop(() -> release(connection));
        assertSame(connection, await(acquire()));
        assertEquals(1, connector.attempts.size());
        assertEquals(1, pool.size());
    }

    @Test
    void whatIsLeftInAStateOfItsOwnIsNotLentAgain() throws Exception {
        Future<LentConnection> first = acquire();
        HandSocket server = onLoop(connector.attempt(1)::succeed);
        LentConnection connection = await(first);
        onLoop(() -> {
            submit(connection, "SELECT 1");
            server.say("+OK;");
            return release(connection);
        });
        Future<LentConnection> next = acquire();
        onLoop(connector.attempt(2)::succeed);
        assertNotSame(connection, await(next));
        assertFalse(onLoop(server::isOpen));
    }

    @Test
    void renewedConnectionsAreNotLentAgainAndIdleOnesClosed() throws Exception {
        Future<LentConnection> first = acquire();
        HandSocket idleServer = onLoop(connector.attempt(1)::succeed);
        LentConnection idle = await(first);
        Future<LentConnection> second = acquire();
        HandSocket lentServer = onLoop(connector.attempt(2)::succeed);
        LentConnection lent = await(second);
        onLoop(() -> release(idle));

        onLoop(() -> {
            pool.renew();
            return null;
        });

        Future<LentConnection> third = acquire();
        onLoop(connector.attempt(3)::succeed);
        assertNotSame(idle, await(third));
        assertFalse(onLoop(idleServer::isOpen));
        assertTrue(onLoop(lentServer::isOpen), "Its borrower cannot do without it.");
        onLoop(() -> release(lent));
        onLoop(() -> null);
        assertFalse(onLoop(lentServer::isOpen));
    }

    @Test
    void thereAreNoMoreThanAllowedAndWhoWaitsGetsWhatIsGivenBack() throws Exception {
        Future<LentConnection> first = acquire();
        onLoop(connector.attempt(1)::succeed);
        Future<LentConnection> second = acquire();
        onLoop(connector.attempt(2)::succeed);
        await(second);
        Future<LentConnection> waiting = acquire();
        Throwable tooMany = awaitFailure(acquire());
        assertInstanceOf(BacklogFullException.class, tooMany);
        assertTrue(tooMany.getMessage().contains("refuses blpop"), tooMany.getMessage());
        onLoop(() -> release(first.result()));
        assertSame(first.result(), await(waiting));
        assertEquals(2, connector.attempts.size());
    }

    @Test
    void whyThereIsNoneIsTold() throws Exception {
        Future<LentConnection> unreachable = acquire();
        onLoop(() -> connector.attempt(1).fail(new ConnectException("connection refused")));
        assertTrue(awaitFailure(unreachable).getMessage().contains("cannot connect: "));
        Future<LentConnection> refused = acquire();
        onLoop(() -> connector.attempt(2).fail(ErrorType.create("WRONGPASS invalid username-password pair")));
        assertTrue(awaitFailure(refused).getMessage().startsWith("WRONGPASS"));
        assertEquals(0, pool.size());
    }

    @Test
    void thatAServerIsAReplicaIsToldToTheNode() throws Exception {
        Future<LentConnection> first = acquire();
        HandSocket server = onLoop(connector.attempt(1)::succeed);
        LentConnection connection = await(first);
        onLoop(() -> {
            submit(connection, "SET a 1");
            server.say("-READONLY You can't write against a read only replica.;");
            return null;
        });
        assertEquals(1, demotions.size());
    }

    @Test
    void whenItIsClosedSoAreConnectionsAndNobodyGetsOne() throws Exception {
        Future<LentConnection> first = acquire();
        HandSocket server = onLoop(connector.attempt(1)::succeed);
        LentConnection connection = await(first);
        Future<Response> blocked = onLoop(() -> submit(connection, "BLPOP a 0"));
        await(pool.close());
        assertInstanceOf(ConnectionLostException.class, awaitFailure(blocked));
        assertFalse(onLoop(server::isOpen));
        assertTrue(awaitFailure(acquire()).getMessage().contains("stopped"));
    }

    @Test
    void whoeverThrowsAtTheEndOfAConnectionKeepsNeitherItsPlaceNorItsCommands() throws Exception {
        Future<LentConnection> first = acquire(new Uninterested() {
            @Override
            public void onEnd(Throwable cause) {
                throw new InternalError("by hand");
            }
        });
        HandSocket server = onLoop(connector.attempt(1)::succeed);
        LentConnection connection = await(first);
        Future<Response> blocked = onLoop(() -> submit(connection, "BLPOP a 0"));
        onLoop(() -> {
            server.close();
            return null;
        });
        assertInstanceOf(ConnectionLostException.class, awaitFailure(blocked));
        assertEquals(0, pool.size());
    }

    private Future<LentConnection> acquire() {
        return acquire(new Uninterested());
    }

    private Future<LentConnection> acquire(Borrower borrower) {
        return pool.acquire(context, "blpop", borrower,
                System.nanoTime() + settings.multiplexer().getCommandTimeout().toNanos());
    }

    private Future<Response> submit(LentConnection connection, String words) {
        Promise<Response> promise = Promise.promise();
        Request request = Commands.request(words);
        connection.submit(new SingleCommand(request, promise, CommandReport.NONE), CommandTraits.of(List.of(request)),
                Patience.with(List.of(request), settings.multiplexer(), System.nanoTime()));
        return promise.future();
    }

    private Future<Response> ping(LentConnection connection, HandSocket server) {
        Future<Response> pong = submit(connection, "PING");
        server.say("+PONG;");
        return pong;
    }

    private static Void release(LentConnection connection) {
        connection.release();
        return null;
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }
}
