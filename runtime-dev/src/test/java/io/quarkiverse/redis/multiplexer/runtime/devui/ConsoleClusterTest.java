package io.quarkiverse.redis.multiplexer.runtime.devui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexedRedis;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** The console of a client of a cluster, whose connections are the application's, too. */
class ConsoleClusterTest {

    private final Vertx vertx = Vertx.vertx();
    private RedisServer server;
    private MultiplexedRedis client;

    @BeforeEach
    void start() {
        server = RedisServer.start("--cluster-enabled", "yes");
        server.formCluster();
        client = MultiplexedRedis.create(vertx,
                new RedisOptions().setConnectionString(server.url()).setPoolName("test").setType(RedisClientType.CLUSTER),
                new MultiplexerOptions());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        ClientOfServer.await(vertx.close());
        server.close();
    }

    @Test
    void whatTheApplicationWaitsForIsNotUnblockedInThePlaceOfTheConsole() throws Exception {
        ConsoleSession session = new ConsoleSession(vertx, client, RedisClientType.CLUSTER, Duration.ofMillis(300));
        // The connection on which this was asked is for others again.
        ClientOfServer.await(session.send(CommandLine.parse("CLIENT ID")));
        ClientOfServer.await(session.send(CommandLine.parse("GET key")));
        Future<Response> application = client.send(Request.cmd(Command.BLPOP).arg("jobs").arg(0));
        awaitBlocked(1);

        Future<Response> console = session.send(CommandLine.parse("BLPOP nothing 0"));
        awaitBlocked(2);
        ExecutionException failure = assertThrows(ExecutionException.class, () -> ClientOfServer.await(console));

        assertInstanceOf(TimeoutException.class, failure.getCause());
        ClientOfServer.await(client.send(Request.cmd(Command.RPUSH).arg("jobs").arg("a job")));
        assertEquals("[jobs, a job]", ClientOfServer.await(application).toString());
    }

    private void awaitBlocked(int count) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        try (RespClient observer = server.client()) {
            while (!observer.call("INFO", "clients").toString().contains("blocked_clients:" + count)) {
                assertTrue(System.nanoTime() < deadline, "not blocked");
            }
        }
    }
}
