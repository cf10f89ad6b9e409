package io.quarkiverse.redis.multiplexer.engine.connection;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.quarkiverse.redis.multiplexer.MultiplexerOptions;
import io.quarkiverse.redis.multiplexer.engine.command.CommandReport;
import io.quarkiverse.redis.multiplexer.engine.command.Commands;
import io.quarkiverse.redis.multiplexer.engine.command.Failures;
import io.quarkiverse.redis.multiplexer.engine.command.SingleCommand;
import io.quarkiverse.redis.multiplexer.engine.resp.RespException;
import io.quarkiverse.redis.multiplexer.engine.settings.NodeAddress;
import io.quarkiverse.redis.multiplexer.engine.vertx.VertxAccess;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

/**
 * The reading side of a connection, and what brings it its bytes. What becomes of commands is in {@link NodeConnectionTest}.
 */
class InboundTest {

    private final Vertx vertx = Vertx.vertx();
    private final Failures failures = new Failures("test", NodeAddress.of(new RedisOptions()), new MultiplexerOptions());
    private final HandSocket socket = new HandSocket(
            VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0)), failures, new RecordingOwner());
    private final InFlight inFlight = new InFlight();
    private final AtomicInteger bytes = new AtomicInteger();
    private final RecordingOwner listener = new RecordingOwner();
    private final Inbound inbound = new Inbound(socket.connection, listener, inFlight, 10, failures, bytes::addAndGet, -5);

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void itIsKnownHowMuchHasComeAndWhen() throws Exception {
        assertEquals(-5, inbound.lastRead());
        long before = System.nanoTime();
        read("+he");
        read("llo\r\n");
        assertEquals(8, bytes.get());
        assertTrue(inbound.lastRead() - before >= 0);
        assertEquals(1, inbound.messages());
        assertEquals(0, inbound.answered());
    }

    @Test
    void aReplyHasBegunWhenAPartOfItIsHere() throws Exception {
        Promise<Response> promise = Promise.promise();
        SingleCommand command = new SingleCommand(Commands.request("GET a"), promise, CommandReport.NONE);
        command.mayTakeForEver();
        inFlight.add(command);
        assertFalse(inbound.isReplyBegun());
        read("$5\r\nab");
        assertTrue(inbound.isReplyBegun());
        read("cde\r\n");
        assertFalse(inbound.isReplyBegun());
        assertEquals("abcde", promise.future().result().toString());
        assertEquals(1, inbound.answered());
        assertTrue(inbound.hasAnsweredLast("GET"));
    }

    @Test
    void nothingIsHandedOutAfterTheEnd() throws Exception {
        inbound.end();
        read("+hello\r\n");
        assertEquals(List.of(), listener.events);
    }

    @Test
    void aPushThatIsDroppedIsToldAndCounted() throws Exception {
        read(">2\r\n+message\r\n:none\r\n");
        assertEquals(List.of("missed message"), listener.events);
        assertEquals(1, inbound.messages());
    }

    @Test
    void whatMakesNoSenseIsThrown() {
        assertThrows(RespException.class, () -> read("?\r\n"));
    }

    @Test
    void theSocketsEventsComeToTheConnection() {
        EmbeddedChannel channel = new EmbeddedChannel(new SocketEvents(socket.connection, inbound));
        ByteBuf chunk = Unpooled.copiedBuffer("+hello\r\n", StandardCharsets.US_ASCII);
        channel.writeInbound(chunk);
        assertEquals(0, chunk.refCnt());
        assertEquals(List.of("message hello"), listener.events);
        channel.pipeline().fireExceptionCaught(new IOException("reset"));
        assertFalse(socket.connection.isOpen());
        assertTrue(socket.connection.isEndedByPeer());
    }

    @Test
    void metricsThatFailStopNothing() {
        SocketMetrics metrics = new SocketMetrics((NetSocket) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] { NetSocket.class }, (proxy, method, arguments) -> {
                    throw new AssertionError("on purpose");
                }));
        metrics.read(1);
        metrics.written(1);
    }

    private void read(String text) throws RespException {
        ByteBuf chunk = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        try {
            inbound.read(chunk);
        } finally {
            chunk.release();
        }
    }
}
