package io.quarkiverse.redis.multiplexer.engine.lane;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.connection.HandConnector;
import io.quarkiverse.redis.multiplexer.engine.connection.HandSocket;
import io.quarkiverse.redis.multiplexer.engine.settings.ClientSettings;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** What lives on one event loop, and connections to a server that is the test. */
final class LoopBench implements AutoCloseable {

    /** A command, and what becomes of it. */
    record Sent(SingleCommand command, Promise<Response> promise) {

        boolean isComplete() {
            return promise.future().isComplete();
        }

        Throwable failure() {
            return promise.future().cause();
        }

        String reply() {
            return promise.future().result().toString();
        }
    }

    final Vertx vertx = Vertx.vertx();
    final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    final EventLoop loop = VertxAccess.eventLoop(context);
    final ClientSettings settings;
    final Failures failures;
    final HandConnector connector;

    /** What is lost is made anew at once. */
    LoopBench(MultiplexerOptions options) {
        this(options, Duration.ofMillis(1));
    }

    /** Silence means nothing. @param redial after how long what is lost is made anew */
    LoopBench(MultiplexerOptions options, Duration redial) {
        options.setReconnectInitial(redial).setReconnectMax(redial).setLivenessTimeout(Duration.ofHours(1));
        settings = ClientSettings.of("test", new RedisOptions().setConnectionString("redis://localhost"), options);
        failures = new Failures("test", NodeAddress.of(settings.redis()), options);
        connector = new HandConnector(context, failures);
    }

    static Sent command(String words) {
        Promise<Response> promise = Promise.promise();
        SingleCommand command = new SingleCommand(Commands.request(words), promise, CommandReport.NONE);
        return new Sent(command, promise);
    }

    /** Has an attempt to connect, of which 1 is the first, succeed. */
    HandSocket connect(int attempt) throws Exception {
        return onLoop(connector.attempt(attempt)::succeed);
    }

    void say(HandSocket server, String resp) throws Exception {
        run(() -> server.say(resp));
    }

    void run(Runnable action) throws Exception {
        onLoop(() -> {
            action.run();
            return null;
        });
        // What is to be done later on the loop has been done when this has.
        onLoop(() -> null);
    }

    <T> T onLoop(Callable<T> action) throws Exception {
        return loop.submit(action).get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(vertx.close());
    }
}
