package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;

/** Failures tell where the command was, for how long, and what went on there. */
class FailureTimesTest {

    private static final int TIMEOUT_MILLIS = 4000;
    private static final MultiplexerOptions OPTIONS = new MultiplexerOptions()
            .setCommandTimeout(Duration.ofMillis(TIMEOUT_MILLIS)).setLivenessTimeout(Duration.ofSeconds(30)).setLanes(1);

    @RegisterExtension
    final RealRedis real = new RealRedis();

    /** What the server says to GET; {@code null} for nothing. */
    private final AtomicReference<String> answer = new AtomicReference<>("+OK\r\n");
    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(command -> "GET".equals(command.get(0)) ? answer.get() : "+OK\r\n");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private MultiplexedRedis client(MultiplexerOptions options) throws Exception {
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()), options);
        await(redis.send(request(Command.SET, "key", "value")));
        return redis;
    }

    private static Matcher assertTells(String regex, Throwable failure) {
        Matcher matcher = Pattern.compile(regex).matcher(failure.getMessage());
        assertTrue(matcher.find(), () -> regex + " is not in " + failure.getMessage());
        return matcher;
    }

    @Test
    void ofASilentServer() throws Exception {
        MultiplexedRedis redis = client(OPTIONS);
        answer.set(null);
        Matcher times = assertTells("did not answer get within 4000 ms .*get is all that is not answered"
                + "; it waited (\\d+) ms in the backlog and (\\d+) ms on the wire \\(lane 0\\)",
                awaitFailure(redis.send(request(Command.GET, "key"))));
        assertTrue(Long.parseLong(times.group(1)) + Long.parseLong(times.group(2)) >= TIMEOUT_MILLIS - 3, times::group);
    }

    @Test
    void ofALostConnection() throws Exception {
        MultiplexedRedis redis = client(new MultiplexerOptions(OPTIONS).setRetryReadOnly(false));
        answer.set(null);
        int before = server.received().size();
        Future<?> command = redis.send(request(Command.GET, "key"));
        awaitUntil(() -> server.received().size() > before);
        server.close();
        assertTells("get was sent and not answered.*read-only sends reads again\\); 1 were in flight, 0 wait in the"
                + " backlog; it waited \\d+ ms in the backlog and \\d+ ms on the wire \\(lane 0\\)",
                awaitFailure(command));
    }

    @Test
    void ofABusyServer() throws Exception {
        MultiplexedRedis redis = client(OPTIONS);
        answer.set("-BUSY Redis is busy running a script\r\n");
        assertTells(
                "could not send get within 4000 ms .*: BUSY Redis is busy running a script; 1 wait in the backlog; it waited"
                        + " \\d+ ms in the backlog \\(lane 0\\)",
                awaitFailure(redis.send(request(Command.GET, "key"))));
    }

    @Test
    void ofABlockingCommand() throws Exception {
        MultiplexedRedis redis = client(OPTIONS);
        answer.set(null);
        Throwable failure = awaitFailure(
                redis.batch(List.of(request(Command.GET, "key"), request(Command.BLPOP, "list", 3.5))));
        assertTells("it was on the wire for \\d+ ms \\(a connection of its own\\)", failure);
    }
}
