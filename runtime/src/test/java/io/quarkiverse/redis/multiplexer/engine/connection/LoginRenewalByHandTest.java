package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.ConnectionLostException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.RedisCredentials;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** {@link LoginRenewal}, with credentials and answers that come by hand. */
class LoginRenewalByHandTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final HandConnector connector = new HandConnector(context, failures);
    private final HandSocket server = new HandSocket(context, failures, new RecordingOwner());
    private LoginRenewal renewal = renewal(false, Duration.ofHours(1));

    private LoginRenewal renewal(boolean messages, Duration timeout) {
        return new LoginRenewal(context, connector, messages, timeout);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        await(vertx.close());
    }

    @Test
    void aLoginThatHoldsForEverIsNotRenewed() throws Exception {
        onLoop(() -> renewal.watch(server.connection));
        onLoop(renewal::cancel);
        assertEquals(List.of(), connector.asked);
    }

    @Test
    void aLoginMayHoldUntilTheEndOfTime() throws Exception {
        watch(Instant.MAX);
        onLoop(renewal::cancel);
        assertEquals(List.of(), connector.asked);
    }

    @Test
    void aLoginMayHaveExpiredBeforeAllTime() throws Exception {
        connector.credentials = Future.failedFuture("none to be had");
        watch(Instant.MIN);
        awaitUntil(() -> connector.asked.size() >= 2);
        assertTrue(server.isOpen());
    }

    @Test
    void aLoginIsRenewedBeforeItExpiresAgainAndAgain() throws Exception {
        Instant expiry = Instant.now().plusSeconds(1);
        connector.credentials = Future.succeededFuture(new RedisCredentials("me", "secret", null));
        Promise<Void> accepted = Promise.promise();
        connector.renewed = accepted.future();
        watch(expiry);
        awaitUntil(() -> connector.asked.size() == 2);
        assertEquals(List.of("login", "renew"), connector.asked);
        assertTrue(Instant.now().isBefore(expiry));
        onLoop(() -> {
            server.connection.loggedIn(Optional.of(Instant.now().plusMillis(200)));
            connector.renewed = Promise.<Void> promise().future();
            accepted.complete();
        });
        awaitUntil(() -> connector.asked.size() == 4);
        assertTrue(server.isOpen());
    }

    @Test
    void whatFailsIsTriedAgainAndTheConnectionIsKept() throws Exception {
        connector.credentials = Future.failedFuture("none to be had");
        watch(Instant.now());
        awaitUntil(() -> connector.asked.size() >= 2);
        assertTrue(server.isOpen());
    }

    @Test
    void credentialsThatNeverComeAreNotWaitedForForEver() throws Exception {
        renewal = renewal(false, Duration.ofMillis(50));
        watch(Instant.now());
        awaitUntil(() -> connector.asked.size() >= 2);
        assertFalse(connector.asked.contains("renew"));
    }

    @Test
    void newCredentialsThatExpireNoLaterAreNoneAndItIsTriedAgain() throws Exception {
        connector.credentials = Future.succeededFuture(new RedisCredentials("me", "secret", null));
        connector.renewed = Future.succeededFuture();
        watch(Instant.now());
        awaitUntil(() -> connector.asked.size() >= 4);
        assertTrue(server.isOpen());
    }

    @Test
    void whereMessagesComeALoginIsTriedOutFirst() throws Exception {
        renewal = renewal(true, Duration.ofHours(1));
        connector.credentials = Future.succeededFuture(new RedisCredentials("me", "secret", null));
        connector.triedOut = Future.failedFuture(new ConnectException("not accepted"));
        watch(Instant.now());
        awaitUntil(() -> connector.asked.size() >= 4);
        assertEquals(List.of("login", "try out", "login", "try out"), connector.asked.subList(0, 4));
        connector.triedOut = Future.succeededFuture();
        awaitUntil(() -> connector.asked.contains("renew"));
    }

    @Test
    void anUnansweredAuthEndsTheConnection() throws Exception {
        connector.credentials = Future.succeededFuture(new RedisCredentials("me", "secret", null));
        connector.renewed = Future.failedFuture(new ConnectionLostException("no answer", true, null));
        watch(Instant.now());
        awaitUntil(() -> !server.connection.isOpen());
    }

    @Test
    void aConnectionThatIsNotWatchedAnyMoreIsLeftAlone() throws Exception {
        Promise<RedisCredentials> late = Promise.promise();
        connector.credentials = late.future();
        watch(Instant.now());
        awaitUntil(() -> connector.asked.size() == 1);
        onLoop(() -> {
            renewal.cancel();
            late.complete(new RedisCredentials("me", "secret", null));
        });
        onLoop(() -> {
        });
        assertEquals(List.of("login"), connector.asked);
    }

    private void watch(Instant expiry) throws Exception {
        onLoop(() -> {
            server.connection.loggedIn(Optional.of(expiry));
            renewal.watch(server.connection);
        });
    }

    private void onLoop(Runnable action) throws Exception {
        VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }
}
