package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.impl.types.ErrorType;

/** What is wrong is said, with the client and the host, and without the password; nothing hangs. */
class BadInputTest {

    private static final MultiplexerOptions IMPATIENT = new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(3));

    @RegisterExtension
    final RealRedis real = new RealRedis("--requirepass", "right-password");

    @Test
    void anUnknownHost() throws Exception {
        assertUnreachable("redis://:s3cret@no-such-host.invalid:6379", "no-such-host.invalid:6379");
    }

    @Test
    void aRefusedPort() throws Exception {
        int port = RedisServer.freePort();
        assertUnreachable("redis://:s3cret@localhost:" + port, "localhost:" + port);
    }

    private void assertUnreachable(String url, String node) throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(url), IMPATIENT);
        Throwable atConnect = awaitFailure(redis.connect());
        Throwable atSend = awaitFailure(redis.send(request(Command.GET, "key")));
        Throwable atBlocking = awaitFailure(redis.send(request(Command.BLPOP, "key", 1)));
        for (Throwable failure : new Throwable[] { atConnect, atSend, atBlocking }) {
            assertInstanceOf(ConnectException.class, failure);
            assertFalse(((CommandFailure) failure).sent());
            assertTrue(failure.getMessage().contains("Redis client 'test' at " + node), failure.getMessage());
            assertFalse(failure.toString().contains("s3cret"));
        }
    }

    @Test
    void aBadConnectionString() {
        Vertx vertx = real.vertx();
        for (String url : new String[] { "http://:s3cret@localhost", "redis://:s3cret@local host",
                "redis://:s3cret@localhost:x",
                "redis://:s3cret@localhost/db", "localhost:6379", "" }) {
            RedisOptions options = new RedisOptions().setConnectionString(url).setPoolName("test");
            IllegalArgumentException failure = assertThrows(IllegalArgumentException.class,
                    () -> MultiplexedRedis.create(vertx, options, new MultiplexerOptions()), url);
            assertTrue(failure.getMessage().contains("Redis client 'test'"), failure.getMessage());
            assertTrue(failure.getMessage().contains("quarkus.redis.hosts"), failure.getMessage());
            assertFalse(failure.toString().contains("s3cret"));
        }
    }

    @Test
    void everyOptionThatIsOutOfItsRangeIsListed() {
        MultiplexerOptions bad = new MultiplexerOptions().setLanes(-1).setMaxPending(0).setCommandTimeout(Duration.ZERO);
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class,
                () -> MultiplexedRedis.create(real.vertx(), new RedisOptions(), bad));
        for (String key : new String[] { "lanes is -1", "max-pending is 0", "command-timeout is 0s" }) {
            assertTrue(failure.getMessage().contains(key), failure.getMessage());
        }
    }

    @Test
    void aWrongPasswordFailsWithTheServersMessageAndLeavesNoSocket() throws Exception {
        MultiplexedRedis redis = real.client(
                new RedisOptions().setConnectionString(real.server().url()).setPassword("wrong-password"),
                new MultiplexerOptions());
        for (int i = 0; i < 100; i++) {
            assertRefused(awaitFailure(redis.connect()));
            assertRefused(awaitFailure(redis.send(request(Command.GET, "key"))));
            assertRefused(awaitFailure(redis.send(request(Command.BLPOP, "key", 1))));
        }
        redis.close();
        MultiplexedRedis right = real.client(
                new RedisOptions().setConnectionString(real.server().url()).setPassword("right-password"),
                new MultiplexerOptions());
        // The server has noticed the end of a socket when it has come round to the next one's command.
        String clients = awaitText(right.send(request(Command.CLIENT, "LIST")));
        assertEquals(1, clients.lines().count(), clients);
    }

    private static void assertRefused(Throwable failure) {
        assertTrue(((ErrorType) failure).is("WRONGPASS"), failure.getMessage());
        assertTrue(failure.getMessage().contains("Redis client 'test' at localhost:"), failure.getMessage());
        assertFalse(failure.getMessage().contains("wrong-password"));
    }

    @Test
    void aMissingPassword() throws Exception {
        MultiplexedRedis redis = real.client();
        Throwable failure = awaitFailure(redis.send(request(Command.GET, "key")));
        assertTrue(((ErrorType) failure).is("NOAUTH"), failure.getMessage());
    }
}
