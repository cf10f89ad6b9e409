package io.quarkiverse.redis.multiplexer.engine.vertx;

import static io.quarkiverse.redis.multiplexer.RealRedis.await;
import static io.quarkiverse.redis.multiplexer.RealRedis.awaitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.EventLoop;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;

class SocketFactoryTest {

    private final Vertx vertx = Vertx.vertx();
    private final SocketFactory factory = new SocketFactory(vertx, new NetClientOptions());
    private final Context context = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(1));
    private final List<NetSocket> accepted = new CopyOnWriteArrayList<>();
    private SocketAddress address;

    @BeforeEach
    void listen() throws Exception {
        NetServer server = vertx.createNetServer().connectHandler(socket -> {
            accepted.add(socket);
            socket.handler(socket::write);
        });
        address = SocketAddress.inetSocketAddress(await(server.listen(0, "localhost")).actualPort(), "localhost");
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void aSocketLivesUntilTheFactoryIsClosed() throws Exception {
        NetSocket socket = await(factory.connect(context, address, null));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        socket.closeHandler(closed::complete);

        await(factory.close());

        awaitUntil(closed::isDone);
        assertThrows(IllegalStateException.class, () -> factory.connect(context, address, null));
    }

    /** Vert.x would close it with the verticle. */
    @Test
    void aSocketSurvivesTheVerticleThatOpenedIt() throws Exception {
        CompletableFuture<NetSocket> opened = new CompletableFuture<>();
        String verticle = await(vertx.deployVerticle(new AbstractVerticle() {
            @Override
            public void start() {
                factory.connect(context, address, null).onSuccess(opened::complete).onFailure(opened::completeExceptionally);
            }
        }));
        awaitUntil(opened::isDone);
        await(vertx.undeploy(verticle));

        CompletableFuture<String> echo = new CompletableFuture<>();
        opened.get().handler(bytes -> echo.complete(bytes.toString()));
        await(opened.get().write(Buffer.buffer("still there")));
        awaitUntil(echo::isDone);
        assertEquals("still there", echo.get());
        assertEquals(1, accepted.size());
    }

    /** In its tasks there is no context, and Vert.x would make one on any event loop. */
    @Test
    void aSocketLivesOnItsContextEvenIfItIsOpenedInATaskOfAnEventLoop() throws Exception {
        for (EventLoop loop : VertxAccess.eventLoops(vertx)) {
            CompletableFuture<NetSocket> opened = new CompletableFuture<>();
            loop.execute(() -> factory.connect(context, address, null).onSuccess(socket -> {
                assertTrue(VertxAccess.eventLoop(context).inEventLoop());
                opened.complete(socket);
            }).onFailure(opened::completeExceptionally));
            assertTrue(VertxAccess.livesOn(context, opened.get(10, TimeUnit.SECONDS)));
        }
    }

    @Test
    void aSocketLivesOnOneEventLoop() throws Exception {
        NetSocket socket = await(factory.connect(context, address, null));
        Context other = VertxAccess.newContext(vertx, VertxAccess.eventLoops(vertx).get(0));

        assertTrue(VertxAccess.livesOn(context, socket));
        assertFalse(VertxAccess.livesOn(other, socket));
    }

    @Test
    void closingWithoutASocketIsDoneAtOnce() throws Exception {
        await(factory.close());
        await(factory.close());
    }
}
