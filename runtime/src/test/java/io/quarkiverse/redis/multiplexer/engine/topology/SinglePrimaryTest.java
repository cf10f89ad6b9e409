package io.quarkiverse.redis.multiplexer.engine.topology;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.engine.topology.ClusterByHand.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkiverse.redis.multiplexer.CommandFailure;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.CommandTraits;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Patience;
import io.quarkiverse.redis.multiplexer.engine.command.PendingBytes;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.command.Slot;
import io.quarkiverse.redis.multiplexer.engine.connection.ConnectionRole;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Borrower;
import io.quarkiverse.redis.multiplexer.engine.dedicated.LentConnection;
import io.quarkiverse.redis.multiplexer.engine.dedicated.Uninterested;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;

/** {@link SinglePrimary}, as {@link Sentinel} and {@link Replication} make it, and nobody is there. */
class SinglePrimaryTest {

    private static final Borrower NOBODY = new Uninterested();

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    private Topology topology(RedisClientType type) {
        ClientSettings settings = ClientSettings.of("test",
                new RedisOptions().setType(type).setEndpoints(List.of("redis://localhost:1", "redis://localhost:2")),
                new MultiplexerOptions().setCommandTimeout(Duration.ofMillis(200)));
        PendingBytes bytes = PendingBytes.atMost(1_000_000);
        return type == RedisClientType.SENTINEL ? Sentinel.topology(vertx, settings, bytes)
                : Replication.topology(vertx, settings, bytes);
    }

    private Promise<Response> get(Topology topology) {
        Promise<Response> promise = Promise.promise();
        topology.submit(vertx.getOrCreateContext(),
                new SingleCommand(Request.cmd(Command.GET).arg("key"), promise, CommandReport.NONE));
        return promise;
    }

    @Test
    void commandsWaitUntilTheirDeadlineForAServerToBeFound() throws Exception {
        for (RedisClientType type : List.of(RedisClientType.SENTINEL, RedisClientType.REPLICATION)) {
            Topology topology = topology(type);
            assertInstanceOf(SinglePrimary.class, topology);
            assertEquals(2, topology.status().size());
            CommandFailure failure = (CommandFailure) awaitFailure(get(topology).future());
            assertFalse(failure.sent());
            assertTrue(((Throwable) failure).getMessage().contains("localhost:2"), ((Throwable) failure)::getMessage);
            assertTrue(awaitFailure(topology.whenReady(vertx.getOrCreateContext())) instanceof CommandFailure);
            await(topology.close(Duration.ZERO));
            assertTrue(awaitFailure(get(topology).future()).getMessage().contains("stopped"));
        }
    }

    private static boolean keepsOrder(SinglePrimary topology, Request request) {
        return topology.keepsOrder(new SingleCommand(request, Promise.promise(), CommandReport.NONE));
    }

    @Test
    void whateverACommandIsAboutItHasTheOneSlotAndAServerThatIsNotKnownIsNobodys() throws Exception {
        SinglePrimary topology = (SinglePrimary) topology(RedisClientType.REPLICATION);
        assertEquals(0, topology.slot(new SingleCommand(Request.cmd(Command.GET).arg("key"), Promise.promise(),
                CommandReport.NONE)));
        // It must not be asked of another server, when this one is the primary no more.
        assertEquals(Slot.OF_NODE, topology.slot(SingleCommand.at(Slot.OF_NODE, Request.cmd(Command.PING), Promise.promise())));
        assertEquals(Optional.empty(), topology.owner(0));
        assertFalse(topology.placesByKeys());
        assertTrue(keepsOrder(topology, Request.cmd(Command.FLUSHALL)));
        assertFalse(keepsOrder(topology, Request.cmd(Command.PUBLISH).arg("key").arg("message")), "A channel is no key");
        topology.moved(0, at(7001));
        assertEquals(Optional.of(at(7001)), topology.primary(0));
        await(topology.close(Duration.ZERO));
    }

    @Test
    void whatALentConnectionIsToldOfAnotherPrimaryIsLearntAndItsFirstCommandGoesThere() throws Exception {
        try (ScriptedServer successor = new ScriptedServer(SinglePrimaryTest::asPrimary);
                ScriptedServer first = new ScriptedServer(command -> command.get(0).equals("GET")
                        ? "-REDIRECT 127.0.0.1:" + successor.port() + "\r\n"
                        : asPrimary(command))) {
            SocketAddress there = SocketAddress.inetSocketAddress(successor.port(), "127.0.0.1");
            for (List<Request> requests : List.of(Commands.requests("GET key"), Commands.requests("SELECT 1", "GET key"))) {
                SinglePrimary topology = (SinglePrimary) Replication.topology(vertx,
                        ClientSettings.of("test", new RedisOptions().setType(RedisClientType.REPLICATION)
                                .setConnectionString(first.url()), new MultiplexerOptions()),
                        PendingBytes.atMost(1_000_000));
                LentConnection lent = await(topology.lend(vertx.getOrCreateContext(), requests, NOBODY));
                Future<Response> answer = submit(lent, requests.get(0));
                assertEquals("OK", await(answer).toString());
                if (requests.size() == 2) {
                    assertTrue(awaitFailure(submit(lent, requests.get(1))).getMessage().startsWith("REDIRECT"));
                }
                assertEquals(Optional.of(there), topology.primary(0));
                lent.release();
                await(topology.close(Duration.ZERO));
            }
        }
    }

    /** As a proxy may that sends each command to whoever is the primary, while another server takes the place of that. */
    @ParameterizedTest
    @CsvSource({ "FLUSHALL, SET b 2", "EVAL script 0, SET b 2", "SET a 1, FLUSHALL" })
    void whatTheServerHasRefusedIsNotSentAgainBehindWhatMayBeAboutTheSameKeys(String refused, String executed)
            throws Exception {
        List<List<Request>> sent = Stream.of(refused, executed).map(Commands::requests).toList();
        String name = refused.split(" ")[0];
        try (ScriptedServer server = new ScriptedServer(command -> command.get(0).equals(name)
                ? "-READONLY You can't write against a read only replica.\r\n"
                : asPrimary(command))) {
            Topology topology = Replication.topology(vertx, ClientSettings.of("test",
                    new RedisOptions().setType(RedisClientType.REPLICATION).setConnectionString(server.url()),
                    new MultiplexerOptions()), PendingBytes.atMost(1_000_000));
            List<Promise<Response>> answers = List.of(Promise.promise(), Promise.promise());
            Context context = vertx.getOrCreateContext();
            context.runOnContext(now -> {
                for (int i = 0; i < 2; i++) {
                    topology.submit(context, new SingleCommand(sent.get(i).get(0), answers.get(i), CommandReport.NONE));
                }
            });
            assertEquals("OK", await(answers.get(1).future()).toString());
            String failure = awaitFailure(answers.get(0).future()).getMessage();
            assertTrue(failure.startsWith("READONLY ") && failure.contains("was not executed"), failure);
            assertEquals(1, server.received().stream().filter(command -> command.get(0).equals(name)).count());
            await(topology.close(Duration.ZERO));
        }
    }

    private static String asPrimary(List<String> command) {
        return switch (command.get(0)) {
            case "HELLO" -> "%1\r\n+proto\r\n:3\r\n";
            case "ROLE" -> "*3\r\n$6\r\nmaster\r\n:1\r\n*0\r\n";
            default -> "+OK\r\n";
        };
    }

    private static Future<Response> submit(LentConnection lent, Request request) {
        Promise<Response> promise = Promise.promise();
        lent.submit(new SingleCommand(request, promise, CommandReport.NONE), CommandTraits.of(List.of(request)),
                Patience.with(List.of(request), new MultiplexerOptions(), System.nanoTime()));
        return promise.future();
    }

    /** What hangs on the servers that are asked must not keep the others, and what is open to them. */
    @Test
    void theNodesEndWithoutTheEndOfTheSearch() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SinglePrimaryTest::asPrimary)) {
            ClientSettings settings = ClientSettings.of("test",
                    new RedisOptions().setType(RedisClientType.REPLICATION).setConnectionString(server.url()),
                    new MultiplexerOptions());
            Promise<Void> searched = Promise.promise();
            Topology topology = new SinglePrimary(vertx, VertxAccess.eventLoops(vertx).get(0),
                    new EndlessSearch(settings, searched), ConnectionRole.PLAIN, settings, PendingBytes.atMost(1_000_000));
            assertEquals("OK", await(get(topology).future()).toString());
            Future<Void> closed = topology.close(Duration.ZERO);
            awaitUntil(() -> server.openConnections() == 0);
            assertFalse(closed.isComplete());
            searched.complete();
            await(closed);
        }
    }

    /** Finds at once, and ends when the test says so. */
    private record EndlessSearch(ClientSettings settings, Promise<Void> end) implements PrimarySearch {

        @Override
        public void begin(Runnable hint) {
        }

        @Override
        public Future<Shard> find(Clues clues) {
            return Future.succeededFuture(new Shard(
                    new Shard.Member(settings.addresses().get(0).socket(), Shard.Health.UNKNOWN, ""), List.of()));
        }

        @Override
        public NodeAddress address(SocketAddress server) {
            return settings.addresses().get(0);
        }

        @Override
        public Optional<Verdict> verdict(ErrorType error, SocketAddress from) {
            return Optional.empty();
        }

        @Override
        public Future<Void> close() {
            return end.future();
        }
    }

    @Test
    void theHubConnectsToWhoeverIsThePrimaryAndToNobodyElse() throws Exception {
        Topology topology = topology(RedisClientType.REPLICATION);
        FollowingConnector connector = new FollowingConnector(
                VertxAccess.eventLoops(vertx).get(0), null, Optional::empty, "test");
        assertTrue(awaitFailure(connector.login(vertx.getOrCreateContext())).getMessage().contains("no primary"));
        connector.leaveOthers();
        await(connector.close());
        await(topology.close(Duration.ZERO));
    }
}
