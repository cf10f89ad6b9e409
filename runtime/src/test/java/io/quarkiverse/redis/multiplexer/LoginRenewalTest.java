package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.quarkiverse.redis.multiplexer.test.ScriptedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Logins that are to be renewed, and providers and servers that do not play along. */
class LoginRenewalTest {

    private static final Duration LIFETIME = Duration.ofMillis(500);

    @RegisterExtension
    final RealRedis real = new RealRedis();

    @RegisterExtension
    final CapturedLog log = new CapturedLog();

    @Test
    void aRenewalThatFailsIsTriedWithGrowingDelaysAndToldOnce() throws Exception {
        setPassword("right");
        List<Long> asked = new CopyOnWriteArrayList<>();
        MultiplexedRedis redis = client(() -> {
            asked.add(System.nanoTime());
            return login(asked.size() == 1 ? "right" : "wrong");
        });
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        awaitUntil(() -> asked.size() >= 6);
        // Each delay is at least half of its limit, and the limits double.
        assertTrue(asked.get(5) - asked.get(4) > asked.get(2) - asked.get(1), asked::toString);
        assertEquals(1, log.messages("could not renew its login").size(), log.messages("")::toString);
        assertEquals("value", awaitText(redis.send(request(Command.GET, "key"))));
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void aRenewalThatFailsForAnotherReasonIsToldAgainAndItsEndToo() throws Exception {
        setPassword("right");
        AtomicInteger asked = new AtomicInteger();
        MultiplexedRedis redis = client(() -> switch (asked.incrementAndGet()) {
            case 2 -> Future.failedFuture("the vault is sealed");
            case 3 -> login("wrong");
            default -> login("right");
        });
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        awaitUntil(() -> log.messages("has renewed its login").size() == 1);
        assertEquals(1, log.messages("the vault is sealed").size());
        assertEquals(1, log.messages("WRONGPASS").size());
    }

    @Test
    void aProviderThatGivesTheSameExpiryAgainIsNotAskedAgainAndAgainWithoutAPause() throws Exception {
        setPassword("right");
        Instant expiry = Instant.now().minusSeconds(1);
        List<Long> asked = new CopyOnWriteArrayList<>();
        MultiplexedRedis redis = client(() -> {
            asked.add(System.nanoTime());
            return Future.succeededFuture(new RedisCredentials("app", "right", expiry));
        });
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        awaitUntil(() -> asked.size() >= 5);
        assertTrue(asked.get(4) - asked.get(3) > asked.get(1) - asked.get(0), asked::toString);
    }

    @Test
    void aProviderThatNeverAnswersARenewalIsAskedAgain() throws Exception {
        setPassword("right");
        AtomicInteger asked = new AtomicInteger();
        MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(real.server().url()),
                new MultiplexerOptions().setLanes(1).setConnectTimeout(Duration.ofSeconds(1)).setCredentialsProvider(
                        () -> asked.incrementAndGet() == 2 ? Promise.<RedisCredentials> promise().future() : login("right")));
        assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        awaitUntil(() -> asked.get() >= 4);
        assertEquals(1, log.messages("no credentials within 1000 ms").size(), log.messages("")::toString);
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void providersMayThrowAnythingAndGiveNothing() throws Exception {
        List<RedisCredentialsProvider> providers = List.of(() -> {
            throw new AssertionError("no vault");
        }, () -> null, () -> Future.succeededFuture(null), () -> Future.failedFuture(new RuntimeException() {
            @Override
            public String getMessage() {
                throw new IllegalStateException("no message either");
            }
        }));
        setPassword("right");
        for (RedisCredentialsProvider provider : providers) {
            AtomicBoolean broken = new AtomicBoolean(true);
            MultiplexedRedis redis = client(() -> broken.get() ? provider.get() : login("right"));
            assertInstanceOf(ConnectionLostException.class, awaitFailure(redis.connect()));
            broken.set(false);
            assertEquals("OK", awaitText(redis.send(request(Command.SET, "key", "value"))));
        }
    }

    /** AUTH without an answer: whatever came next could be taken for it. */
    @Test
    void aConnectionOnWhichARenewalIsNotAnsweredIsReplacedAndNoCommandIsLost() throws Exception {
        AtomicInteger renewals = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(command -> switch (command.get(0)) {
            case "AUTH" -> renewals.incrementAndGet() == 1 ? null : "+OK\r\n";
            case "INCR" -> "+" + command.get(1) + "\r\n";
            default -> "+OK\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setLanes(1).setCommandTimeout(Duration.ofSeconds(2))
                            .setLivenessTimeout(Duration.ofHours(1)).setCredentialsProvider(() -> login("x")));
            for (int i = 0; renewals.get() < 3; i++) {
                try {
                    assertEquals("n" + i, awaitText(redis.send(request(Command.INCR, "n" + i))));
                } catch (ExecutionException e) {
                    // It has waited behind AUTH for as long as AUTH itself.
                    assertFalse(assertInstanceOf(CommandFailure.class, e.getCause()).sent(), e::toString);
                }
            }
            assertTrue(redis.status().lanes().get(0).connects() >= 2);
        }
    }

    @Test
    void aRenewalIsAloneOnItsConnectionAndNothingElseChangesItsPlace() throws Exception {
        AtomicInteger behindAuth = new AtomicInteger(-1);
        AtomicBoolean alone = new AtomicBoolean(true);
        AtomicInteger renewals = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((command, connection) -> {
            if (command.get(0).equals("AUTH")) {
                renewals.incrementAndGet();
                behindAuth.set(0);
                real.vertx().setTimer(100, elapsed -> {
                    alone.compareAndSet(true, behindAuth.getAndSet(-1) == 0);
                    connection.accept("+OK\r\n");
                });
                return null;
            }
            if (behindAuth.get() >= 0) {
                behindAuth.incrementAndGet();
            }
            return "+" + command.get(command.size() - 1) + "\r\n";
        })) {
            MultiplexedRedis redis = real.client(new RedisOptions().setConnectionString(server.url()),
                    new MultiplexerOptions().setLanes(1).setCredentialsProvider(() -> login("x")));
            List<Future<Response>> replies = new ArrayList<>();
            while (renewals.get() < 3) {
                replies.add(redis.send(request(Command.GET, "key" + replies.size())));
                if (replies.size() % 16 == 0) {
                    await(replies.get(replies.size() - 16));
                }
            }
            for (int i = 0; i < replies.size(); i++) {
                assertEquals("key" + i, awaitText(replies.get(i)));
            }
            assertTrue(alone.get());
        }
    }

    private void setPassword(String password) {
        try (RespClient administrator = real.server().client()) {
            administrator.call("ACL", "SETUSER", "app", "on", "resetpass", ">" + password, "~*", "&*", "+@all");
        }
    }

    private static Future<RedisCredentials> login(String password) {
        return Future.succeededFuture(new RedisCredentials("app", password, Instant.now().plus(LIFETIME)));
    }

    private MultiplexedRedis client(RedisCredentialsProvider provider) {
        return real.client(new RedisOptions().setConnectionString(real.server().url()),
                new MultiplexerOptions().setCredentialsProvider(provider).setLanes(1));
    }
}
