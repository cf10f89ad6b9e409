package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.FakeCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** {@link Attempts} that end, and are forgotten, by hand. */
class AttemptsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final HandSocket socket = new HandSocket(context, failures, new RecordingOwner());
    private final List<Object> ends = new ArrayList<>();
    private final Attempts attempts = new Attempts(VertxAccess.eventLoop(context), this::onConnected, ends::add, failures,
            10 * SECOND);
    private final Promise<NodeConnection> first = Promise.promise();
    private final Throwable cause = new IllegalStateException("the reason");
    private final FakeCommand written = new FakeCommand(1);
    private boolean throwing;

    private void onConnected(NodeConnection connection) {
        if (throwing) {
            connection.write(written);
            connection.flush();
            throw new OutOfMemoryError("by hand");
        }
        ends.add(connection);
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void whatBecomesOfTheCurrentOneIsTold() {
        begin(first);
        first.complete(socket.connection);
        Promise<NodeConnection> second = Promise.promise();
        begin(second);
        second.fail(cause);
        assertEquals(List.of(socket.connection, cause), ends);
    }

    @Test
    void aConnectionThatCannotBeTakenOverIsGivenUpWithWhatHasBeenWrittenOnIt() {
        throwing = true;
        begin(first);
        first.complete(socket.connection);
        assertEquals(1, ends.size());
        assertTrue(ends.get(0) instanceof OutOfMemoryError);
        assertFalse(socket.connection.isOpen());
        assertEquals(1, written.taken.get());
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsGivenUp() {
        begin(first);
        attempts.plan(() -> {
        }, 1);
        first.complete(socket.connection);
        assertEquals(List.of(), ends);
        assertFalse(socket.connection.isOpen());
    }

    @Test
    void thereIsNoneAfterTheEnd() {
        begin(first);
        attempts.end();
        first.fail(cause);
        assertEquals(List.of(), ends);
    }

    @Test
    void oneIsOverdueWhenItShouldHaveEndedOrBegunSomeTimeAgo() {
        long now = System.nanoTime();
        begin(first);
        assertFalse(attempts.isOverdue(now + 10 * SECOND));
        assertTrue(attempts.isOverdue(System.nanoTime() + 12 * SECOND));
        attempts.plan(() -> {
        }, 1);
        assertTrue(attempts.isOverdue(System.nanoTime() + 2 * SECOND));
    }

    private void begin(Promise<NodeConnection> attempt) {
        attempts.begin();
        attempts.follow(attempt.future());
    }
}
