package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandQueue;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;

/** {@link ConnectionEnd} of a channel that the test closes. How a whole connection ends is in {@link NodeConnectionEndTest}. */
class ConnectionEndTest {

    private final Vertx vertx = Vertx.vertx();
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final NodeConnection connection = new HandSocket(
            VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0)), failures, new RecordingOwner()).connection;
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext socket = channel.pipeline().lastContext();
    private final ConnectionLife life = new ConnectionLife();
    private final InFlight inFlight = new InFlight();
    private final Writing writing = new Writing(connection, socket, inFlight, () -> failures, bytes -> {
    }, Duration.ofSeconds(1));
    private final List<Integer> handedOver = new ArrayList<>();
    private final ConnectionEnd end = new ConnectionEnd(life, socket,
            new Inbound(connection, TrafficListener.NOBODY, inFlight, 1, failures, bytes -> {
            }, 0), writing, inFlight, this::onClosed);
    private final Throwable cause = new IllegalStateException("the reason");
    private boolean throwing;

    private void onClosed(CommandQueue all) {
        if (throwing) {
            throwing = false;
            throw new OutOfMemoryError("by hand");
        }
        handedOver.add(all.size());
    }

    @AfterEach
    void stop() throws Exception {
        channel.finishAndReleaseAll();
        await(vertx.close());
    }

    @Test
    void whatHasBeenSentAndWhatHasNotIsHandedOver() {
        SingleCommand alone = command("AUTH x");
        alone.exclusive = true;
        writing.write(alone);
        writing.write(command("GET a"));
        writing.flush();
        end.onSocketClosed();
        end.onSocketClosed();
        assertEquals(List.of(2), handedOver);
        assertTrue(life.is(ConnectionLife.State.CLOSED));
        assertTrue(inFlight.isEmpty());
    }

    @Test
    void whoCouldNotBeToldIsToldLater() {
        writing.write(command("GET a"));
        throwing = true;
        assertThrows(OutOfMemoryError.class, end::onSocketClosed);
        end.complete();
        assertEquals(List.of(0), handedOver, "What there was has been handed over");
    }

    @Test
    void aSocketThatHasBeenClosedUnnoticedIsFound() {
        writing.write(command("GET a"));
        end.complete();
        assertEquals(List.of(), handedOver);
        channel.close();
        end.complete();
        assertEquals(List.of(1), handedOver);
    }

    @Test
    void aSocketThatHasBeenClosedUnnoticedIsFoundByWhoeverClosesIt() {
        writing.write(command("GET a"));
        channel.close();
        end.close(cause);
        channel.runPendingTasks();
        assertEquals(List.of(1), handedOver);
        assertTrue(life.is(ConnectionLife.State.CLOSED));
    }

    @Test
    void nobodyIsToldOfOneThatIsAbandoned() {
        writing.write(command("GET a"));
        assertEquals(1, end.abandon(cause).size());
        end.onSocketClosed();
        assertEquals(List.of(), handedOver);
        assertFalse(channel.isOpen());
    }

    private static SingleCommand command(String words) {
        SingleCommand command = new SingleCommand(Commands.request(words), Promise.promise(), CommandReport.NONE);
        command.mayTakeForEver();
        return command;
    }
}
