package io.quarkiverse.redis.multiplexer;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitText;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static io.quarkiverse.redis.multiplexer.RealRedis.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.quarkiverse.redis.multiplexer.test.RespClient;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** Passwords that change, and tokens that expire, on a real server. */
class CredentialsTest {

    @RegisterExtension
    final RealRedis real = new RealRedis();

    private void setPassword(String password) {
        try (RespClient administrator = real.server().client()) {
            administrator.call("ACL", "SETUSER", "app", "on", "resetpass", ">" + password, "~*", "&*", "+@all");
        }
    }

    private MultiplexedRedis client(RedisCredentialsProvider provider) {
        return real.client(new RedisOptions().setConnectionString(real.server().url()),
                new MultiplexerOptions().setCredentialsProvider(provider).setLanes(1));
    }

    @Test
    void everyConnectionIsMadeWithTheCurrentPassword() throws Exception {
        AtomicReference<String> password = new AtomicReference<>("first");
        setPassword("first");
        MultiplexedRedis redis = client(() -> Future.succeededFuture(new RedisCredentials("app", password.get(), null)));
        assertEquals("app", awaitText(redis.send(request(Command.ACL, "WHOAMI"))));
        password.set("second");
        setPassword("second");
        try (RespClient administrator = real.server().client()) {
            administrator.call("CLIENT", "KILL", "USER", "app");
        }
        awaitUntil(() -> redis.status().lanes().get(0).connects() == 2);
        assertEquals("app", awaitText(redis.send(request(Command.ACL, "WHOAMI"))));
        RedisConnection transaction = await(redis.connect());
        await(transaction.send(request(Command.WATCH, "key")));
        await(transaction.close());
    }

    @Test
    void aLoginIsRenewedBeforeItExpiresWithoutLosingACommand() throws Exception {
        AtomicInteger logins = new AtomicInteger();
        Duration lifetime = Duration.ofSeconds(1);
        setPassword("1");
        MultiplexedRedis redis = client(() -> {
            String token = String.valueOf(logins.incrementAndGet());
            setPassword(token);
            return Future.succeededFuture(new RedisCredentials("app", token, Instant.now().plus(lifetime)));
        });
        List<Future<Response>> replies = new ArrayList<>();
        while (logins.get() < 4) {
            Future<Response> reply = redis.send(request(Command.INCR, "n"));
            replies.add(reply);
            await(reply);
        }
        for (int i = 0; i < replies.size(); i++) {
            assertEquals(String.valueOf(i + 1), awaitText(replies.get(i)));
        }
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void subscriptionsAndDedicatedConnectionsKeepTheirLoginsFresh() throws Exception {
        AtomicInteger logins = new AtomicInteger();
        setPassword("token");
        MultiplexedRedis redis = client(() -> {
            logins.incrementAndGet();
            return Future.succeededFuture(new RedisCredentials("app", "token", Instant.now().plusMillis(500)));
        });
        RedisConnection connection = await(redis.connect());
        await(connection.send(request(Command.SUBSCRIBE, "c")));
        for (int i = 0; i < 3; i++) {
            RedisConnection transaction = await(redis.connect());
            await(transaction.send(request(Command.WATCH, "key")));
            await(transaction.send(request(Command.MULTI)));
            assertEquals("[]", awaitText(transaction.send(request(Command.EXEC))));
            await(transaction.close());
        }
        int before = logins.get();
        while (logins.get() < before + 4) {
            assertEquals("1", awaitText(redis.send(request(Command.PUBLISH, "c", "x"))));
        }
        assertEquals(1, redis.status().subscriptions());
    }

    @Test
    void aProviderThatFailsIsNamedInTheError() throws Exception {
        MultiplexedRedis redis = client(() -> Future.failedFuture(new IllegalArgumentException("the vault is sealed")));
        Throwable failure = awaitFailure(redis.send(request(Command.PING)));
        assertTrue(failure.getMessage().contains("the vault is sealed"), failure.getMessage());
    }

    @Test
    void aProviderThatThrowsIsNamedInTheErrorToo() throws Exception {
        MultiplexedRedis redis = client(() -> {
            throw new IllegalStateException("no vault");
        });
        Throwable failure = awaitFailure(redis.send(request(Command.PING)));
        assertTrue(failure.getMessage().contains("no vault"), failure.getMessage());
    }

    @Test
    void aProviderMayAnswerFromAThreadOfItsOwn() throws Exception {
        setPassword("token");
        AtomicInteger logins = new AtomicInteger();
        MultiplexedRedis redis = client(() -> Future.fromCompletionStage(CompletableFuture.supplyAsync(() -> {
            logins.incrementAndGet();
            return new RedisCredentials("app", "token", Instant.now().plusMillis(300));
        })));
        for (int sent = 1; logins.get() < 4; sent++) {
            assertEquals(String.valueOf(sent), awaitText(redis.send(request(Command.INCR, "n"))));
        }
        assertEquals(1, redis.status().lanes().get(0).connects());
    }

    @Test
    void credentialsDoNotTellTheirPassword() {
        assertFalse(new RedisCredentials("app", "s3cret", null).toString().contains("s3cret"));
    }
}
