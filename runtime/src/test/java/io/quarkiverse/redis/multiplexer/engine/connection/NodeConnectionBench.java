package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** A connection to a server that is the test, and what its owner has heard. */
abstract class NodeConnectionBench {

    final Vertx vertx = Vertx.vertx();
    final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    final RecordingOwner owner = new RecordingOwner();
    final HandSocket server = new HandSocket(
            VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0)), failures, owner);
    final NodeConnection connection = server.connection;
    final Throwable cause = new IllegalStateException("the reason");

    @AfterEach
    void stop() throws Exception {
        server.close();
        await(vertx.close());
    }

    Promise<Response> write(String words) {
        Promise<Response> promise = Promise.promise();
        connection.write(command(words, promise));
        return promise;
    }

    static SingleCommand command(String words, Promise<Response> promise) {
        SingleCommand command = new SingleCommand(Commands.request(words), promise, CommandReport.NONE);
        command.mustEndBy(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
        return command;
    }
}
