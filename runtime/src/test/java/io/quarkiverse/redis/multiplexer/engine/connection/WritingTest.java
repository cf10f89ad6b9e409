package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitFailure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.CommandTimeoutException;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/** The writing side of a connection: who is alone, what is overdue, what is left at the end. */
class WritingTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final HandSocket socket = new HandSocket(context, failures, new RecordingOwner());
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final InFlight inFlight = new InFlight();
    private final AtomicInteger bytes = new AtomicInteger();
    private final Writing writing = new Writing(socket.connection, channel.pipeline().lastContext(), inFlight, () -> failures,
            bytes::addAndGet, Duration.ofMillis(1));

    @AfterEach
    void stop() throws Exception {
        for (ByteBuf written; (written = channel.readOutbound()) != null;) {
            written.release();
        }
        await(vertx.close());
    }

    @Test
    void whatIsWrittenIsCountedWhenItIsSent() {
        SingleCommand command = command("GET a", 0);
        writing.write(command);
        assertEquals(0, bytes.get());
        writing.flush();
        assertEquals(command.encodedSize(), bytes.get());
        assertEquals(1, inFlight.size());
        assertTrue(writing.isUnhindered());
    }

    @Test
    void whileOneIsAloneTheOthersWaitAndAreLeftAtTheEnd() {
        SingleCommand alone = command("AUTH x", 0);
        alone.exclusive = true;
        writing.write(alone);
        SingleCommand behind = command("GET a", 0);
        writing.write(behind);
        writing.flush();
        assertFalse(writing.isUnhindered());
        assertEquals(1, inFlight.size());
        writing.end();
        assertEquals(List.of(alone, behind), inFlight.snapshot());
        assertFalse(behind.wasSent());
        assertTrue(alone.wasSent());
    }

    @Test
    void whatIsOverdueFailsWhereverItIs() {
        SingleCommand alone = command("AUTH x", 5);
        alone.exclusive = true;
        SingleCommand behind = command("GET a", 10);
        writing.write(alone);
        writing.write(behind);
        writing.flush();
        assertEquals(0, writing.expire(4));
        assertEquals(1, writing.expire(5));
        assertEquals(1, writing.expire(10));
        assertTrue(alone.isSettled() && behind.isSettled());
        inFlight.removeOldest(0);
        writing.goOnAfterExclusive();
        assertTrue(inFlight.isEmpty(), "Nobody waits for it any more");
    }

    @Test
    void aQuestionOfOursHasLittleTimeAndNoCaller() throws Exception {
        Future<Response> answer = writing.ask(Commands.request("PING"), context);
        assertEquals(1, inFlight.size());
        assertEquals(0, writing.expire(System.nanoTime() + Duration.ofMillis(2).toNanos()));
        assertInstanceOf(CommandTimeoutException.class, awaitFailure(answer));
    }

    private static SingleCommand command(String words, long deadline) {
        SingleCommand command = new SingleCommand(Commands.request(words), Promise.promise(), CommandReport.NONE);
        if (deadline == 0) {
            command.mayTakeForEver();
        } else {
            command.mustEndBy(deadline);
        }
        return command;
    }
}
