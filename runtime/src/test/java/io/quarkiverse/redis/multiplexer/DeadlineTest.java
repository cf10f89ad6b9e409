package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Every command ends in time, whatever is in front of it. */
class DeadlineTest {

    private static final MultiplexerOptions OPTIONS = new MultiplexerOptions().setCommandTimeout(Duration.ofSeconds(2))
            .setLivenessTimeout(Duration.ofMillis(400));

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private final AtomicBoolean silent = new AtomicBoolean();

    private String answer(List<String> command) {
        return silent.get() ? null : "+OK\r\n";
    }

    @Test
    void aQuestionOfOursThatIsNotAnsweredHidesNoDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer(this::answer)) {
            MultiplexedRedis redis = client(server);
            await(redis.send(request(Command.SET, "key", "value")));
            int asked = server.received().size();
            silent.set(true);
            awaitUntil(() -> server.received().size() > asked);
            assertEquals(List.of("PING"), server.received().get(asked), "The connection was idle");

            List<Future<Response>> behind = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                behind.add(redis.send(request(Command.GET, "key")));
            }

            for (Future<Response> command : behind) {
                assertInstanceOf(CommandTimeoutException.class, awaitFailure(command));
            }
        }
    }

    @Test
    void eachCommandHasItsOwnDeadlineHoweverManyAreInFlight() throws Exception {
        try (ScriptedServer server = new ScriptedServer(this::answer)) {
            // A connection that is suspected takes no new commands; here all are to be in flight.
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions(OPTIONS).setLivenessTimeout(Duration.ofSeconds(30)));
            await(redis.send(request(Command.SET, "key", "value")));
            silent.set(true);
            List<Future<Response>> commands = new ArrayList<>();
            List<Integer> ends = new ArrayList<>();
            Promise<Void> all = Promise.promise();
            real.vertx().runOnContext(go -> real.vertx().setPeriodic(20, timer -> {
                int number = commands.size();
                commands.add(redis.send(request(Command.INCR, "key")).onComplete(end -> {
                    ends.add(number);
                    if (ends.size() == 40) {
                        all.complete();
                    }
                }));
                if (number == 39) {
                    real.vertx().cancelTimer(timer);
                }
            }));

            await(all.future());

            assertEquals(commands.stream().map(commands::indexOf).toList(), ends, "In the order in which they were sent");
            assertTrue(commands.stream().allMatch(command -> command.cause() instanceof CommandFailure));
        }
    }

    private MultiplexedRedis client(ScriptedServer server) {
        return real.client(new RedisOptions().setConnectionString(server.url()), OPTIONS);
    }
}
