package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.quarkiverse.redis.multiplexer.ConnectionState;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector.Attempt;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** A {@link ConnectionKeeper} with connections that are made by hand. */
abstract class KeeperByHand {

    static final Duration FIRST_DELAY = Duration.ofMillis(1);

    final Vertx vertx = Vertx.vertx();
    final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    final ClientSettings settings = ClientSettings.of("test",
            new RedisOptions().setConnectionString("redis://localhost"),
            new MultiplexerOptions().setReconnectInitial(FIRST_DELAY).setReconnectMax(Duration.ofMillis(20))
                    .setLivenessTimeout(Duration.ofHours(1)));
    final Failures failures = new Failures("test", NodeAddress.of(settings.redis()), settings.multiplexer());
    final HandConnector connector = new HandConnector(context, failures);
    final RecordingUser user = new RecordingUser();
    ConnectionKeeper keeper;

    @BeforeEach
    void start() {
        keeper = new ConnectionKeeper("the connection", context, connector, settings, failures, new OutageLog("test"), user);
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    void keeper(MultiplexerOptions options) {
        keeper = new ConnectionKeeper("the connection", context, connector,
                ClientSettings.of("test", settings.redis(), options), failures, new OutageLog("test"), user);
    }

    HandSocket connect(int attempt) throws Exception {
        Attempt next = connector.attempt(attempt);
        onLoop(next::open);
        HandSocket channel = onLoop(next::succeed);
        await(keeper.whenReady(context));
        return channel;
    }

    ConnectionState state() {
        return keeper.state().current();
    }

    static Void close(HandSocket channel) {
        channel.close();
        return null;
    }

    <T> T onLoop(Callable<T> action) throws Exception {
        return VertxAccess.eventLoop(context).submit(action).get(20, TimeUnit.SECONDS);
    }
}
